"""Configs with one fault, and the config after its remedy; only the config is read."""

from tests.end_to_end.remedies.folder import Case, swap

TV = "- {name: tv, spend: tv}"
MODEL = "mmm:\n  fit: {chains: 2}"


def _model(text: str) -> str:
    return f"{MODEL}\n  {text}"


CASES = (
    Case("config-documents", (swap("name: followed", "name: followed\n---\nname: other"),), "one config a file",
         (swap("---\nname: other\n", ""),)),
    Case("config-character", (swap("name: followed", 'name: "follo\\x1bwed"'),), "without it", (swap("\\x1b", ""),)),
    Case("config-syntax", (swap("kind: revenue}", "kind: revenue"),), "colons", (swap("kind: revenue\n", "kind: revenue}\n"),)),
    Case("config-alias", (swap("frequency: weekly", "frequency: &f weekly"),), "Write the value out", (swap("&f ", ""),)),
    Case("config-tag", (swap("frequency: weekly", "frequency: !!str weekly"),), "Remove the tag", (swap("!!str ", ""),)),
    Case("config-key", (swap("  currency: EUR", '  currency: EUR\n  "": EUR'),), "Write the keys out",
         (swap('  "": EUR\n', ""),)),
    Case("config-duplicate-key", (swap("  currency: EUR", "  currency: EUR\n  currency: USD"),), "Keep one of them",
         (swap("  currency: USD\n", ""),)),
    Case("config-leading-zero", (swap("name: followed", "name: followed\nseed: 012"),), "Drop the leading zero",
         (swap("012", "12"),)),
    Case("config-not-finite", (swap(MODEL, _model("interval: {level: .nan}")),), "Write a finite number",
         (swap(".nan", "0.8"),)),
    Case("config-secret", (swap("name: followed", "name: followed\npassword: hunter2hunter2"),), "Keep it in the environment",
         (swap("password: hunter2hunter2\n", ""),)),
    Case("config-identifier", (swap("name: tv", "name: anna.canary@example.com"),), "nothing about one person",
         (swap("anna.canary@example.com", "tv"),)),
    Case("config-template", (swap("currency: EUR", 'currency: "{{ currency }}"'),), "Write the value out",
         (swap('"{{ currency }}"', "EUR"),)),
    Case("config-unknown-key", (swap("frequency: weekly", "frequenzy: weekly"),), "frequency",
         (swap("frequenzy", "frequency"),)),
    Case("config-unfilled", (swap("column: sales", "column: FILL_IN"),), "Write here: Column with the outcome",
         (swap("FILL_IN", "sales"),)),
    Case("config-missing-key", (swap("  currency: EUR\n", ""),), "Add `currency`",
         (swap("frequency: weekly", "frequency: weekly\n  currency: EUR"),)),
    Case("config-not-allowed", (swap("frequency: weekly", "frequency: weekley"),), "weekly", (swap("weekley", "weekly"),)),
    Case("config-wrong-type", (swap("chains: 2", 'chains: "2"'),), "Write a whole number", (swap('"2"', "2"),)),
    Case("config-out-of-range", (swap("chains: 2", "chains: 1"),), "2", (swap("chains: 1", "chains: 2"),)),
    Case("config-inconsistent",
         (swap(MODEL, _model("default: {prior: {roi: {median: 3.0, upper: 2.0}}}")),), "Change one of the settings",
         (swap("upper: 2.0", "upper: 6.0"),), "upper below median"),
    Case("config-inconsistent", (swap("kind: revenue", "kind: revenue, value: 3.0"),), "Change one of the settings",
         (swap("kind: revenue", "kind: count"),), "value of revenue"),
    Case("config-name", (swap("name: tv", 'name: "con"'),), "another name", (swap('name: "con"', "name: tv"),)),
    Case("config-name-twice",
         (swap("- {name: price, column: price}",
               "- {name: price, column: price}\n    - {name: tv, column: tv_price}"),),
         "a name of its own", (swap("name: tv, column", "name: tv price, column"),)),
    Case("config-unknown-channel", (swap(MODEL, _model("channels: {tvv: {order: saturation_first}}")),), "tv",
         (swap("tvv", "tv"),)),
    Case("config-prior-needs-spend",
         (swap("  controls:", "  organic: [{name: mail, exposure: sent}]\n  controls:"),
          swap(MODEL, _model("channels: {mail: {prior: {roi: {median: 1.0, upper: 3.0}}}}"))),
         "share or coefficient", (swap("{roi: {median: 1.0, upper: 3.0}}", "{share: {median: 0.1, upper: 0.3}}"),)),
    Case("config-prior-needs-value",
         (swap("kind: revenue", "kind: count"), swap(MODEL, _model("default: {prior: {roi: {median: 1.0, upper: 3.0}}}"))),
         "data.outcome.value", (swap("kind: count", "kind: count, value: 30.0"),)),
    Case("config-likelihood",
         (swap("kind: revenue", "kind: count"), swap(MODEL, _model("likelihood: {family: negative_binomial}"))),
         "autocorrelation", (swap("negative_binomial}", "negative_binomial, autocorrelation: false}"),)),
    Case("config-cycle", (swap(MODEL, _model("baseline: {seasonality: {weekly: 2}}")),), "Leave it out",
         (swap("weekly: 2", ""),)),
    Case("config-population", (swap(MODEL, _model("geo: {scaling: population}")),), "outcome",
         (swap("scaling: population", "scaling: outcome"),)),
    Case("config-date", (swap(MODEL, _model("baseline: {events: [{name: fair, dates: [2022-02-30]}]}")),), "YYYY-MM-DD",
         (swap("2022-02-30", "2022-02-28"),)),
    Case("config-holiday", (swap(MODEL, _model("baseline: {holidays: {country: ZZ}}")),), "ISO 3166",
         (swap("ZZ", "DE"),)),
)  # fmt: skip
