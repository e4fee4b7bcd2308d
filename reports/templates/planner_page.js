// The page: sliders, what follows from them at once, scenarios, and a file to plan again from.
(() => {
  const m = model(JSON.parse(document.getElementById("data").textContent)), { data, now } = m, $ = (id) => document.getElementById(id);
  const money = now.slice(), own = money.map((amount, place) => m.brought(place, amount)), kept = [];
  const short = new Intl.NumberFormat(data.locale, { notation: "compact", maximumSignificantDigits: 4 });
  const whole = new Intl.NumberFormat(data.locale, { maximumFractionDigits: 0 }), ratio = new Intl.NumberFormat(data.locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const text = (value, form) => (value === null || value === undefined || !Number.isFinite(value) ? "–" : form.format(value));
  const range = (one, form) => (one ? `${text(one.mean, form)} (${text(one.lower, form)} to ${text(one.upper, form)})` : "–");
  const element = (tag, content = "", attributes = {}) => {
    const made = document.createElement(tag);
    made.textContent = content;
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    return made;
  };
  const drawn = (tag, attributes) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    return made;
  };
  const spent = (amounts) => amounts.reduce((sum, one) => sum + one, 0);
  const outcome = () => own.reduce((sum, one) => { for (let d = 0; d < sum.length; d++) sum[d] += one[d]; return sum; }, new Float64Array(data.draws));

  const rows = data.channels.map((channel, place) => {
    const row = element("div", "", { class: "channel" }), step = 10 ** Math.floor(Math.log10(channel.top / 400));
    const name = element("div", "", { class: "name" }), heading = element("h3", channel.name);
    name.append(heading, ...(channel.caution ? [element("p", channel.caution, { class: "caution" })] : []));
    const slider = element("input", "", { type: "range", min: 0, max: channel.top, step, id: `slider${place}`, "aria-label": `Money of ${channel.name}` });
    const amount = element("input", "", { type: "number", min: 0, max: channel.top, step: "any", id: `amount${place}`, "aria-label": `Money of ${channel.name}, ${data.currency}` });
    const said = element("p", "", { class: "said" }), chart = drawn("svg", { viewBox: "0 0 240 86", role: "img", "aria-label": `What money of ${channel.name} brings on average` });
    const at = Array.from({ length: 41 }, (_, n) => channel.top * n / 40), height = at.map((x) => m.meanOf(place, x)), high = Math.max(...height, 1e-9), low = Math.min(...height, 0);
    const x = (value) => 4 + 232 * value / channel.top, y = (value) => 80 - 72 * (value - low) / (high - low);
    if (channel.observed < channel.top) chart.append(drawn("rect", { x: x(channel.observed), y: 4, width: 236 - x(channel.observed), height: 76, class: "beyond" }));
    chart.append(drawn("path", { d: at.map((one, n) => `${n ? "L" : "M"}${x(one).toFixed(1)} ${y(height[n]).toFixed(1)}`).join(""), class: "curve" }),
      drawn("line", { x1: x(channel.current), x2: x(channel.current), y1: 4, y2: 80, class: "now" }));
    const dot = drawn("circle", { r: 4.5, class: "dot" });
    chart.append(dot);
    const limits = ["least", "most"].map((end) => {
      const box = element("input", "", { type: "number", min: 0, max: channel.top, step: "any", id: `${end}${place}`, "aria-label": `${end === "least" ? "Least" : "Most"} money of ${channel.name}` });
      box.value = Math.round(channel[end]);
      return box;
    });
    const controls = element("div", "", { class: "controls" }), between = element("p", "", { class: "limits" });
    between.append("between ", limits[0], " and ", limits[1]);
    controls.append(slider, amount, between);
    row.append(name, controls, chart, said);
    $("channels").append(row);
    const show = () => {
      const value = money[place];
      slider.value = value;
      if (document.activeElement !== amount) amount.value = value.toFixed(0);
      dot.setAttribute("cx", x(value).toFixed(1));
      dot.setAttribute("cy", y(m.meanOf(place, value)).toFixed(1));
      const back = m.summary(own[place], value), beyond = value > channel.observed * (1 + 1e-9);
      said.textContent = `brings ${range(back.outcome, short)}` + (back.roi ? `, return ${range(back.roi, ratio)}` : "") + (beyond ? "; above the largest amounts observed" : "");
    };
    const change = (value) => { if (Number.isFinite(value)) { set(place, Math.min(Math.max(value, 0), channel.top)); show(); follow(); } };
    slider.addEventListener("input", () => change(Number(slider.value)));
    amount.addEventListener("change", () => change(Number(amount.value)));
    return { show, limits };
  });
  const set = (place, value) => { money[place] = value; own[place] = m.brought(place, value); };
  const setAll = (amounts) => { amounts.forEach((value, place) => set(place, value)); rows.forEach((row) => row.show()); follow(); };

  const follow = () => {
    const found = m.summary(outcome(), spent(money));
    $("spend").textContent = short.format(found.spend);
    $("spend-note").textContent = `${found.spend - spent(now) < 0 ? "" : "+"}${short.format(found.spend - spent(now))} against the current plan`;
    $("outcome").textContent = text(found.outcome.mean, short);
    $("outcome-note").textContent = `${text(found.outcome.lower, short)} to ${text(found.outcome.upper, short)}`;
    $("roi").textContent = found.roi ? text(found.roi.mean, ratio) : text(found.cpia, ratio);
    $("roi-note").textContent = found.roi ? `${text(found.roi.lower, ratio)} to ${text(found.roi.upper, ratio)}` : "";
    $("more").textContent = text(found.difference.mean, short);
    $("more-note").textContent = money.every((value, place) => value === now[place]) ? "this is the current plan" : `${text(found.difference.lower, short)} to ${text(found.difference.upper, short)}; more with probability ${whole.format(100 * found.better)} %`;
    Object.assign(document.body.dataset, { outcome: found.outcome.mean, spend: found.spend, better: found.better });
  };

  const line = (name, found, actions) => {
    const row = element("tr"), cells = [element("td", whole.format(found.spend), { class: "n" })];
    for (const [one, form] of [[found.outcome, short], [found.roi, ratio], [found.profit, short], [found.difference, short]]) {
      const cell = element("td", one ? text(one.mean, form) : "–", { class: "n" });
      if (one) cell.append(element("small", `${text(one.lower, form)} to ${text(one.upper, form)}`));
      cells.push(cell);
    }
    row.append(element("td", name), ...cells, element("td", name === "current" ? "–" : `${whole.format(100 * found.better)} %`, { class: "n" }));
    const last = element("td");
    last.append(...actions);
    row.append(last);
    return row;
  };
  const button = (label, act) => { const made = element("button", label, { type: "button" }); made.addEventListener("click", act); return made; };
  const amountsOf = (plan) => data.channels.map((channel) => plan.money[channel.name]);
  const list = () => {
    const all = [line("current", m.summary(m.total(now), spent(now)), [button("Take", () => setAll(now))])];
    for (const plan of data.plans) all.push(line(plan.name, m.summary(m.fixed(plan), spent(amountsOf(plan))), plan.by_channel ? [button("Take", () => setAll(amountsOf(plan)))] : []));
    kept.forEach((one, place) => all.push(line(one.name, m.summary(m.total(one.money), spent(one.money)),
      [button("Take", () => setAll(one.money)), button("Remove", () => { kept.splice(place, 1); list(); })])));
    $("scenarios").replaceChildren(...all);
    $("yaml").textContent = m.yaml(kept.length ? kept : [{ name: chosen(), money }]);
  };
  const chosen = () => $("name").value.trim().slice(0, 80) || "my scenario";
  const keep = () => {
    const name = chosen(), taken = ["current", "proposed", "optimum", ...data.plans.map((plan) => plan.name)];
    $("said").textContent = taken.includes(name) ? `A plan called ${name} is there already: give another name.` : `Kept as ${name}.`;
    if (taken.includes(name)) return;
    const place = kept.findIndex((one) => one.name === name), one = { name, money: money.map((value) => Math.round(100 * value) / 100) };
    if (place < 0) kept.push(one); else kept[place] = one;
    list();
  };
  $("keep").addEventListener("click", keep);
  $("save").addEventListener("click", () => {
    if (!kept.length) keep();
    if (!kept.length) return;
    const link = element("a", "", { download: "scenarios.yaml", href: URL.createObjectURL(new Blob([m.yaml(kept)], { type: "text/yaml" })) });
    link.click();
    URL.revokeObjectURL(link.href);
  });
  $("best").addEventListener("click", () => {
    const ends = rows.map((row, place) => row.limits.map((box) => Math.min(Math.max(Number(box.value) || 0, 0), data.channels[place].top))), total = Number($("total").value);
    const least = ends.map((both) => both[0]), most = ends.map((both) => both[1]), odd = data.channels.filter((_, place) => least[place] > most[place]);
    if (odd.length) $("limit-said").textContent = `${odd.map((channel) => channel.name).join(", ")}: the least is above the most.`;
    else if (spent(least) > total) $("limit-said").textContent = `The least amounts of all channels are ${whole.format(spent(least))}, more than the total.`;
    else {
      setAll(m.best(total, least, most, $("aim").value === "profit"));
      $("limit-said").textContent = "The sliders stand at the best amounts for the expected value within these limits.";
    }
  });
  $("total").value = Math.round(data.total);
  $("aim").value = data.objective === "profit" ? "profit" : "outcome";
  if (data.value === null) $("aim").querySelector("[value=profit]").remove();
  setAll(now);
  list();
})();
