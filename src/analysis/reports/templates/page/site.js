(() => {
  const box = document.getElementById('search');
  const rows = [...document.querySelectorAll('tbody tr')];
  const shown = document.getElementById('shown');
  const find = () => {
    const word = box.value.trim().toLowerCase();
    let count = 0;
    for (const row of rows) {
      row.hidden = !row.dataset.find.toLowerCase().includes(word);
      count += !row.hidden;
    }
    shown.textContent = word ? count + ' / ' + rows.length : '';
  };
  const sort = (button) => {
    const head = button.closest('th');
    const up = head.getAttribute('aria-sort') !== 'ascending';
    for (const other of head.parentNode.children) other.removeAttribute('aria-sort');
    head.setAttribute('aria-sort', up ? 'ascending' : 'descending');
    const body = head.closest('table').tBodies[0];
    const value = (row) => row.cells[head.cellIndex].dataset.sort ?? row.cells[head.cellIndex].textContent;
    const order = (a, b) => {
      const [x, y] = [value(a), value(b)];
      if (x === '' || y === '') return (x === '') - (y === '');
      const d = isNaN(x) || isNaN(y) ? x.localeCompare(y, 'zh-CN') : x - y;
      return up ? d : -d;
    };
    body.append(...[...body.rows].sort(order));
  };
  if (!box) return;
  box.addEventListener('input', find);
  for (const head of document.querySelectorAll('th[data-sortable]')) {
    const button = document.createElement('button');
    button.append(...head.childNodes);
    button.addEventListener('click', () => sort(button));
    head.append(button);
  }
  document.getElementById('tools').hidden = false;
})();
