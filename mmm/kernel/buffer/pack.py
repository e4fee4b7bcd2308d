"""Data and layout packed into the one buffer of numbers that the kernel reads; nothing in it depends on the draws."""

from collections.abc import Mapping

import numpy as np

from mmm.kernel.buffer.cells import Form, stored, working_memory
from mmm.kernel.buffer.channel_record import channel_record, shared_weights
from mmm.kernel.buffer.evidence import evidence_blocks, evidence_sizes
from mmm.kernel.buffer.header import PARTIAL, POOLED, SEPARATE, Head
from mmm.kernel.entries.parts import EVIDENCE, STEPS, Part
from mmm.problem.model_outcome import followed
from mmm.problem.priors import law_parameters
from mmm.problem.problem import Problem
from mmm.problem.vector import NORMAL, Layout


def pack(problem: Problem, addresses: Mapping[Part, int]) -> np.ndarray:
    """Return the buffer: header first, then the data, all as 64-bit floats; it holds for this process alone.

    Parameters
    ----------
    problem : Problem
    addresses : mapping of Part to int
        Where the parts that the model needs are.

    Returns
    -------
    numpy.ndarray
    """
    media, layout = problem.media, problem.layout
    head = np.full(Head.LENGTH, -1.0)
    parts = [head]
    offset = int(Head.LENGTH)

    def put(position: Head, values: np.ndarray) -> None:
        nonlocal offset
        flat = np.ascontiguousarray(values, dtype=float).ravel()
        head[position] = offset
        parts.append(flat)
        offset += flat.size

    form = Form.of(problem)
    for position, values in (*_priors(layout), *_outcome(problem, form), *_linear(problem, form)):
        put(position, values)
    put(Head.OF_EXPOSURE, _exposure(problem, form))
    series, weights = shared_weights(np.moveaxis(media.weight, -1, 0))
    put(Head.OF_WEIGHT, form.cells(series))
    put(Head.OF_TARGET, media.target.T)
    put(Head.OF_FIXED, media.fixed.T)
    put(Head.OF_VALUE_LAW, np.stack(law_parameters(problem.priors), axis=1))
    channels = zip(problem.panel.channels, problem.pathways, weights, strict=True)
    put(Head.OF_CHANNEL, np.array([channel_record(layout, *channel, addresses) for channel in channels]))
    for position, values in evidence_blocks(problem, form):
        put(position, values)
    _fill(head, problem, form)
    head[Head.SIZE] = offset
    for position, part in STEPS.items():
        head[position] = addresses[part]
    head[Head.CALL_EVIDENCE] = addresses.get(EVIDENCE, 0)
    return np.concatenate(parts)


def _priors(layout: Layout) -> list[tuple[Head, np.ndarray]]:
    """Return what the log prior needs: normals of precision zero in the place of what is not normal, then the levels'."""
    kind = np.concatenate([np.full(block.size, block.kind) for block in layout.blocks])
    mean = np.concatenate([block.mean for block in layout.blocks])
    sd = np.concatenate([block.sd for block in layout.blocks])
    constant = -0.5 * np.log(2 * np.pi) * layout.size - np.log(sd).sum()
    level = layout["level"]
    return [
        (Head.OF_PRIOR_MEAN, mean),
        (Head.OF_PRIOR_PRECISION, np.where(kind == NORMAL, 1.0 / sd, 0.0)),
        (Head.OF_PRIOR_CONSTANT, np.array([constant])),
        (Head.OF_HALF_NORMAL, _half_normals(layout)),
        (Head.OF_LEVEL_PRIOR, np.array([level.mean[0], 1.0 / level.sd[0]])),
    ]


def _half_normals(layout: Layout) -> np.ndarray:
    """Return the place of each half-normal in the vector, and its scale, shape (2, half-normal)."""
    blocks = [block for block in layout.blocks if block.transform == "half_normal"]
    places = [np.arange(block.start, block.start + block.size) for block in blocks]
    scales = [np.full(block.size, block.scale) for block in blocks]
    return np.array([np.concatenate(part or [np.empty(0)]) for part in (places, scales)])


def _exposure(problem: Problem, form: Form) -> np.ndarray:
    """Return the exposure of each channel, behind the last geo the paths that experiments ask about."""
    cells = form.cells(np.moveaxis(problem.media.exposure, -1, 0), lead=form.taps)
    if problem.replay is not None:
        rows, behind = cells.reshape(-1, form.taps + form.length), form.taps + form.geos * form.stride
        rows[:, behind : behind + len(problem.replay.exposure)] = problem.replay.exposure.T
    return cells


def _outcome(problem: Problem, form: Form) -> list[tuple[Head, np.ndarray]]:
    """Return the outcome and where it is known."""
    observed = problem.panel.observed
    return [
        (Head.OF_OUTCOME, form.cells(np.where(observed, problem.model_outcome, 0.0))),
        (Head.OF_OBSERVED, form.cells(observed)),
        (Head.OF_FOLLOWED, form.cells(followed(observed))),
        (Head.OF_KNOWN, observed.sum(axis=1)),
    ]


def _linear(problem: Problem, form: Form) -> list[tuple[Head, np.ndarray]]:
    """Return the designs, and scale and size of the coefficients that geos share."""
    designs, layout = problem.shared_designs, problem.layout
    shared = [form.row(design.matrix[0].T) for _, design in designs]
    own = [form.cells(np.moveaxis(design.matrix, -1, 0)) for _, design in problem.geo_designs]
    sizes = [np.full(len(d.features), layout.start(f"{c.name}_size")) for c, d in designs]
    information = [np.broadcast_to(design.information, len(design.features)) for _, design in designs]
    none = [np.empty(0)]
    features = sum(len(design.features) for _, design in designs)
    empty = np.zeros((stored(features) - features) * form.stride)
    return [
        (Head.OF_SHARED_DESIGN, np.concatenate([*shared, empty])),
        (Head.OF_GEO_DESIGN, np.concatenate(own or none)),
        (Head.OF_FEATURE_SCALE, np.concatenate([design.scale for _, design in designs] or none)),
        (Head.OF_FEATURE_SIZE, np.concatenate(sizes or none)),
        (Head.OF_FEATURE_INFORMATION, np.concatenate(information or none)),
    ]


def _fill(head: np.ndarray, problem: Problem, form: Form) -> None:
    """Write the sizes and the positions of parameters into the header."""
    layout, channels = problem.layout, len(problem.panel.channels)
    widths = [len(design.features) for _, design in problem.shared_designs]
    first = [*problem.shared_designs, *problem.geo_designs]
    coefficients = -1
    if first:
        component, design = first[0]
        kind = "coefficient" if design.size is None else "z"
        coefficients = layout.start(f"{component.name}_{kind}")
    values = {
        Head.PARAMETERS: layout.size,
        Head.GEOS: form.geos,
        Head.DATES: form.dates,
        Head.STRIDE: form.stride,
        Head.CELLS: form.length,
        Head.CHANNELS: channels,
        Head.TAPS: form.taps,
        Head.SHARED_FEATURES: sum(widths),
        Head.FEATURES_STORED: stored(sum(widths)),
        Head.GEO_FEATURES: sum(len(design.features) for _, design in problem.geo_designs),
        Head.POOLING: {"full": POOLED, "partial": PARTIAL, "none": SEPARATE}[problem.pooling],
        Head.HALF_NORMALS: _half_normals(layout).shape[1],
        Head.AT_LEVEL: layout.start("level"),
        Head.AT_COEFFICIENTS: coefficients,
        Head.AT_MEDIA: layout.start("media_z"),
        Head.AT_GEO_SPREAD: layout.start("geo_spread"),
        Head.AT_GEO_SCORE: layout.start("geo_z"),
        Head.AT_NOISE: layout.start("noise"),
        Head.AT_AUTOCORRELATION: layout.start("autocorrelation_logit"),
        Head.AT_TAIL: layout.start("tail"),
        Head.FACTOR: 0,
        **evidence_sizes(problem),
    }
    for position, value in (
        values | working_memory(form, channels, sum(widths), layout.size, problem.replay)
    ).items():
        head[position] = value


def with_coordinates(buffer: np.ndarray, centre: np.ndarray, factor: np.ndarray) -> np.ndarray:
    """Return the buffer of the same model in coordinates z, the model's point being ``centre + factor @ z``.

    Parameters
    ----------
    buffer : numpy.ndarray
        As `pack` returns it.
    centre : numpy.ndarray, shape (parameter,)
    factor : numpy.ndarray, shape (parameter, parameter) or (parameter,)
        Lower triangular, or the diagonal of one that has nothing else.

    Returns
    -------
    numpy.ndarray
        What `mmm.kernel.entries.coordinates` reads behind the data of the model.
    """
    whole = np.concatenate([buffer, centre, factor.ravel()])
    whole[[Head.SIZE, Head.FACTOR, Head.OF_COORDINATES]] = whole.size, factor.size, buffer.size
    return whole
