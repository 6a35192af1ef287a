/* Small comforts for a page that is whole without them: a filter for the findings, and everything unfolded for print. */
(() => {
  const form = document.querySelector('form.filter');
  const rules = [...document.querySelectorAll('details.rule')];
  const textOf = new Map();

  function matches(item, wanted, title) {
    if (wanted.outcome !== '' && item.dataset.outcome !== wanted.outcome) return false;
    if (wanted.text === '') return true;
    if (!textOf.has(item)) textOf.set(item, `${title} ${item.textContent}`.toLowerCase());
    return textOf.get(item).includes(wanted.text);
  }

  function filter() {
    const wanted = {
      text: form.elements.text.value.trim().toLowerCase(),
      outcome: form.elements.outcome.value,
      pack: form.elements.pack.value,
    };
    const active = wanted.text !== '' || wanted.outcome !== '' || wanted.pack !== '';
    let shown = 0;
    for (const rule of rules) {
      const pack = rule.closest('.pack').dataset.pack;
      const title = rule.querySelector('.rule-title').textContent;
      let found = 0;
      for (const item of rule.querySelectorAll('li[data-outcome]')) {
        item.hidden = (wanted.pack !== '' && pack !== wanted.pack) || !matches(item, wanted, title);
        if (!item.hidden) found += 1;
      }
      rule.hidden = found === 0;
      if (active && found > 0) rule.open = true;
      shown += found;
    }
    for (const pack of document.querySelectorAll('section.pack')) {
      pack.hidden = active && !pack.querySelector('details.rule:not([hidden])');
    }
    form.querySelector('output').textContent = active ? `${shown} shown` : '';
  }

  if (form) {
    form.hidden = false;
    form.addEventListener('input', filter);
    form.addEventListener('submit', (event) => event.preventDefault());
  }

  let folded = [];
  addEventListener('beforeprint', () => {
    folded = [...document.querySelectorAll('details:not([open])')];
    for (const details of folded) details.open = true;
  });
  addEventListener('afterprint', () => {
    for (const details of folded) details.open = false;
  });
})();
