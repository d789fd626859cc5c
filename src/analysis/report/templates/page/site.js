(() => {
  const root = document.documentElement;
  root.classList.add('scripted');
  const FIRST = 100, MORE = 300, LANGUAGE = 'zh-CN-u-co-pinyin';
  const one = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const plain = (text) => text.normalize('NFKC').toLowerCase();

  // A table keeps all its rows here; the page holds those that are shown.
  class Listed {
    constructor(table) {
      this.table = table;
      this.body = table.tBodies[0];
      this.order = [...this.body.rows].map((row) => ({row, texts: []}));
      this.more = one('.relief-more', table.closest('section'));
      this.matching = this.order;
      this.show(FIRST);
    }
    show(count) {
      this.count = Math.min(count, this.matching.length);
      const rows = this.matching.slice(0, count).map((each) => each.row);
      if ('files' in this.table.dataset) rows.forEach(complete);
      this.body.replaceChildren(...rows);
      this.more.hidden = this.count === this.matching.length;
      this.table.closest('section').hidden = !this.count;
    }
    filter(test) {
      this.matching = this.order.filter(test);
      this.show(FIRST);
    }
    sort(head) {
      const place = head.cellIndex;
      const up = head.getAttribute('aria-sort') !== 'ascending';
      for (const other of head.parentNode.children) other.removeAttribute('aria-sort');
      head.setAttribute('aria-sort', up ? 'ascending' : 'descending');
      const keyed = this.order.map((each) => [number(text(each, place)), text(each, place), each]);
      const figures = keyed.every(([value, shown]) => value !== null || empty(shown));
      const letters = new Intl.Collator(LANGUAGE, {numeric: true});
      keyed.sort(([x, a], [y, b]) => {
        if (empty(a) || empty(b)) return empty(a) - empty(b);
        const way = figures ? x - y : letters.compare(a, b);
        return up ? way : -way;
      });
      this.order = keyed.map(([, , each]) => each);
      const matching = new Set(this.matching);
      this.matching = this.order.filter((each) => matching.has(each));
      this.show(FIRST);
    }
  }
  const text = (each, place) => {
    each.texts[place] ??= shownIn(each.row.cells[place]);
    return each.texts[place];
  };
  // Of a figure its text without the mark after it.
  const shownIn = (cell) => (cell.lastElementChild?.localName === 'i' ? cell.firstChild : cell).textContent.trim();
  const empty = (shown) => shown === '' || shown === '—';
  const number = (shown) => {
    const bare = shown.replaceAll(',', '').replace('−', '-').replace('∞', 'Infinity').replace('%', '');
    if (bare.startsWith('>')) return Number(bare.slice(1)) + 0.5;
    if (bare.startsWith('<')) return Number(bare.slice(1)) - 0.5;
    return bare === '' || Number.isNaN(Number(bare)) ? null : Number(bare);
  };
  const complete = (row) => {
    const cell = row.lastElementChild, link = one('a', cell);
    if (!link || cell.children.length > 1) return;
    for (const [name, ending] of [['JSON', '.json'], ['Jupyter', '.ipynb']]) {
      const other = link.cloneNode();
      other.setAttribute('href', link.getAttribute('href').replace(/\.xlsx$/, ending));
      other.textContent = name;
      cell.append(' ', other);
    }
  };

  const tools = (lists) => {
    const box = one('#search'), status = one('#status'), state = one('#state');
    const shown = one('#shown'), none = one('#none');
    const sum = (what) => lists.reduce((before, list) => before + list[what].length, 0);
    const say = () => {
      const [some, whole] = [sum('matching'), sum('order')].map((n) => n.toLocaleString('en'));
      shown.textContent = some === whole ? whole : some + ' / ' + whole;
      none.hidden = sum('matching') > 0;
    };
    const find = () => {
      const words = plain(box.value).split(/\s+/).filter(Boolean);
      for (const list of lists) {
        const place = list.table.tHead.rows[0].cells.length - (one('.p', list.table) ? 3 : 2);
        list.filter((each) => {
          each.find ??= plain(text(each, 0) + ' ' + text(each, 1));
          return words.every((word) => each.find.includes(word))
            && RegExp(status?.value ?? '').test(text(each, place))
            && (!state?.value || (one('[data-state]', each.row)?.dataset.state ?? 'made') === state.value);
        });
      }
      say();
    };
    for (const each of [box, status, state]) each?.addEventListener('input', find);
    one('#tools').hidden = false;
    // A browser may bring back what stood in them.
    if (box.value || status?.value || state?.value) find();
    else say();
  };

  const sortable = (lists) => {
    for (const list of lists) {
      for (const head of all('th[data-sort]', list.table)) {
        const button = document.createElement('button');
        button.type = 'button';
        button.append(...head.childNodes);
        head.append(button);
      }
      list.table.tHead.addEventListener('click', (event) => {
        const button = event.target.closest('button');
        if (button) list.sort(button.parentNode);
      });
      list.more.addEventListener('click', (event) => {
        const button = event.target.closest('button');
        if (!button) return;
        const before = list.count;
        list.show(button.value ? Infinity : before + MORE);
        // Whoever works by keyboard goes on where the new rows begin.
        one('a', list.matching[before].row)?.focus({preventScroll: true});
      });
    }
    addEventListener('beforeprint', () => lists.forEach((list) => list.show(Infinity)));
    addEventListener('afterprint', () => lists.forEach((list) => list.show(FIRST)));
  };

  const tiles = (section, list) => {
    const {steps, column} = section.dataset;
    const marks = Object.fromEntries(all('[data-mark]').map((each) => [each.dataset.mark, each.textContent]));
    const open = one('[data-open]', section)?.textContent;
    const named = one('.relief-named-tiles', section);
    const blocks = all('[data-prefix]', section);
    const rows = list.order.map((each, place) => ({each, step: steps[place]}))
      .filter(({step}) => step !== '-');
    rows.sort((a, b) => (text(a.each, 1) < text(b.each, 1) ? -1 : 1));
    for (const block of blocks) {
      const bar = block.lastElementChild;
      const here = rows.filter(({each}) => text(each, 1).startsWith(block.dataset.prefix));
      bar.append(...here.map(({each, step}, place) => {
        const tile = document.createElement('a');
        const settled = step >= '0' && step <= '6';
        const cell = each.row.cells[column], figure = text(each, column);
        tile.href = one('a', each.row).getAttribute('href');
        tile.className = 't' + (settled ? step : step.charCodeAt(0) - 97) + (settled ? '' : ' o');
        const called = text(each, 0).replace(/\s+/g, ' ');
        tile.setAttribute('aria-label', called + ': ' + figure + ', ' + marks[cell.className] + (settled ? '' : ', ' + open));
        tile.tabIndex = place ? -1 : 0;
        if (named) write(tile, each, cell, figure);
        else if (place) tile.setAttribute('aria-hidden', 'true');
        return tile;
      }));
    }
    const look = one('.relief-look', section);
    const tell = (event) => {
      const tile = event.target.closest('[aria-label][href]');
      if (tile) look.textContent = tile.getAttribute('aria-label');
    };
    section.addEventListener('mouseover', tell);
    section.addEventListener('focusin', tell);
    section.addEventListener('keydown', move);
    section.hidden = false;
  };
  const write = (tile, each, cell, figure) => {
    const name = document.createElement('span'), value = document.createElement('b');
    name.textContent = (one('a, span', each.row.cells[0]) ?? each.row.cells[0]).textContent;
    value.textContent = figure + ' ' + (one('i', cell)?.textContent ?? '');
    tile.append(name, value);
  };
  // One tile of a group is a stop of the tab key, and the only one that is read out.
  const move = (event) => {
    const tile = event.target.closest('[role=toolbar] > a');
    if (!tile) return;
    const row = [...tile.parentNode.children], place = row.indexOf(tile);
    const across = row.filter((each) => each.offsetTop === row[0].offsetTop).length;
    const to = {
      ArrowRight: place + 1, ArrowLeft: place - 1, ArrowDown: place + across, ArrowUp: place - across,
      Home: 0, End: row.length - 1,
    }[event.key];
    if (to === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    const next = row[to];
    if (!next || next === tile) return;
    next.removeAttribute('aria-hidden');
    next.tabIndex = 0;
    next.focus();
    tile.tabIndex = -1;
    if (!tile.firstChild) tile.setAttribute('aria-hidden', 'true');
  };

  document.addEventListener('DOMContentLoaded', () => {
    try {
      const lists = all('.relief-list table').map((table) => new Listed(table));
      for (const section of all('[data-tiles]')) {
        tiles(section, lists.find((list) => list.table.id === section.dataset.tiles));
      }
      if (lists.length) tools(lists);
      sortable(lists);
    } finally {
      root.classList.remove('scripted');
    }
  });
})();
