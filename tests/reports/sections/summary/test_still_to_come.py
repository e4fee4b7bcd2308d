from dataclasses import replace

from reports.sections.summary.still_to_come import build


def test_what_is_still_to_come_is_listed_and_nothing_is_no_section(context):
    made = context()
    channels = made.inputs.channels
    some, none = channels.assign(carry_out_mean=5.0), channels.assign(carry_out_mean=0.0)
    shown = build(replace(made, inputs=replace(made.inputs, tables={**made.inputs.tables, "channels": some})))
    assert shown is not None and len(shown.blocks[0].rows) == (channels["kind"] != "group").sum()
    assert (
        build(replace(made, inputs=replace(made.inputs, tables={**made.inputs.tables, "channels": none})))
        is None
    )
