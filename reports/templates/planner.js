"use strict";
// What a plan brings, computed in the browser from the run's draws. `model` knows no page: tests run it by itself.
const model = (data) => {
  const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer;
  const levels = data.levels, draws = data.draws;
  const unpacked = (one) => ({ terms: one.terms, basis: new Float32Array(bytes(one.basis)), weights: new Int16Array(bytes(one.weights)) });
  const parts = data.channels.map(unpacked);
  // A channel's curves at an amount: the cubic through the four nearest levels, which are even in a root of money.
  const coefficients = (place, money) => {
    const { terms, basis } = parts[place], top = data.channels[place].top;
    const x = Math.min(Math.max(money / top, 0), 1) ** (1 / data.power) * (levels - 1);
    const first = Math.min(Math.max(Math.floor(x) - 1, 0), levels - 4), t = x - first;
    const share = [-(t - 1) * (t - 2) * (t - 3) / 6, t * (t - 2) * (t - 3) / 2, -t * (t - 1) * (t - 3) / 2, t * (t - 1) * (t - 2) / 6];
    const found = new Float64Array(terms);
    for (let k = 0; k < 4; k++) for (let i = 0; i < terms; i++) found[i] += share[k] * basis[(first + k) * terms + i];
    return found;
  };
  const mixed = ({ terms, weights }, factors) => {
    const out = new Float64Array(draws);
    for (let i = 0; i < terms; i++) for (let d = 0, at = i * draws, f = factors[i]; d < draws; d++) out[d] += f * weights[at + d];
    return out;
  };
  const brought = (place, money) => mixed(parts[place], coefficients(place, money));
  const total = (money) => {
    const out = new Float64Array(draws);
    money.forEach((amount, place) => { const own = brought(place, amount); for (let d = 0; d < draws; d++) out[d] += own[d]; });
    return out;
  };
  const means = parts.map(({ terms, weights }) =>
    Float64Array.from({ length: terms }, (_, i) => weights.subarray(i * draws, (i + 1) * draws).reduce((sum, one) => sum + one, 0) / draws));
  const meanOf = (place, money) => coefficients(place, money).reduce((sum, one, i) => sum + one * means[place][i], 0);
  const interval = (values) => {
    const sorted = Float64Array.from(values).sort(), n = sorted.length, { level, kind } = data.interval;
    if (kind === "equal_tailed") {
      const at = (share) => { const x = share * (n - 1), j = Math.min(Math.floor(x), n - 2); return sorted[j] + (x - j) * (sorted[j + 1] - sorted[j]); };
      return [at((1 - level) / 2), at(1 - (1 - level) / 2)];
    }
    const held = Math.min(Math.ceil(level * n), n - 1);
    let best = 0;
    for (let j = 1; j + held < n; j++) if (sorted[j + held] - sorted[j] < sorted[best + held] - sorted[best]) best = j;
    return [sorted[best], sorted[best + held]];
  };
  const estimate = (values) => { const [lower, upper] = interval(values); return { mean: values.reduce((sum, one) => sum + one, 0) / values.length, lower, upper }; };
  const now = data.channels.map((channel) => channel.current), atNow = total(now), spentNow = now.reduce((sum, one) => sum + one, 0);
  const summary = (outcome, spend) => {
    const worth = data.value === null ? null : data.value, found = { spend, outcome: estimate(outcome), difference: estimate(outcome.map((one, d) => one - atNow[d])) };
    found.better = outcome.reduce((count, one, d) => count + (one > atNow[d] ? 1 : 0), 0) / draws;
    if (worth !== null) {
      found.value = estimate(outcome.map((one) => one * worth));
      found.roi = spend > 0 ? estimate(outcome.map((one) => one * worth / spend)) : null;
      found.profit = estimate(outcome.map((one) => data.margin * one * worth - spend));
      found.profit_difference = estimate(outcome.map((one, d) => data.margin * worth * (one - atNow[d]) - spend + spentNow));
    }
    found.cpia = found.outcome.mean > 0 ? spend / found.outcome.mean : null;
    return found;
  };
  // The best amounts within limits: every total in units of money, channel by channel (dynamic programming), then smaller steps.
  const best = (limit, least, most, profit) => {
    const worth = profit ? data.margin * data.value : 1, cost = profit ? 1 : 0, units = 400;
    const taken = least.reduce((sum, one) => sum + one, 0), room = Math.max(limit - taken, 0), unit = room / units || 1;
    const gain = (place, money) => worth * meanOf(place, money) - cost * money;
    let value = new Float64Array(units + 1);
    const choices = now.map((_, place) => {
      const count = Math.min(units, Math.floor((most[place] - least[place]) / unit + 1e-9)), next = new Float64Array(units + 1).fill(-Infinity), choice = new Int16Array(units + 1);
      const offer = Float64Array.from({ length: count + 1 }, (_, n) => gain(place, least[place] + n * unit));
      for (let all = 0; all <= units; all++) for (let n = 0; n <= Math.min(count, all); n++)
        if (value[all - n] + offer[n] > next[all]) { next[all] = value[all - n] + offer[n]; choice[all] = n; }
      value = next;
      return choice;
    });
    let left = value.reduce((top, one, all) => (one > value[top] ? all : top), 0);
    const found = now.slice();
    for (let place = found.length - 1; place >= 0; place--) { const n = choices[place][left]; found[place] = least[place] + n * unit; left -= n; }
    for (let step = unit / 2; step > unit / 200; step /= 2) for (let round = 0; round < 20; round++) {
      let moved = false;
      found.forEach((_, to) => found.forEach((_, from) => {
        const spare = from === to ? limit - found.reduce((sum, one) => sum + one, 0) : found[from] - least[from];
        const by = Math.min(step, spare, most[to] - found[to]);
        if (by <= 0) return;
        const change = gain(to, found[to] + by) - gain(to, found[to]) + (from === to ? 0 : gain(from, found[from] - by) - gain(from, found[from]));
        if (change > 0) { found[to] += by; if (from !== to) found[from] -= by; moved = true; }
      }));
      if (!moved) break;
    }
    return found;
  };
  const fixed = (plan) => mixed({ terms: plan.terms, weights: new Int16Array(bytes(plan.weights)) }, new Float32Array(bytes(plan.basis)));
  const yaml = (scenarios) => ["scenarios:", ...scenarios.flatMap(({ name, money }) => [
    `  - name: ${JSON.stringify(name)}`, "    budgets:", ...data.channels.map((channel, place) => `      ${JSON.stringify(channel.name)}: ${money[place].toFixed(2)}`)])].join("\n") + "\n";
  return { data, now, brought, total, summary, meanOf, estimate, best, fixed, yaml };
};
if (typeof document === "undefined") module.exports = { model };
