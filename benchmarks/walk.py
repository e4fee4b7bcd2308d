"""How far one parameter walks: the files it stays in, in order, as it is passed on from call to call.

    python -m benchmarks.walk mmm/fit.py:fit:panel

A stay is a file in which the parameter is taken or passed on; it ends where the next function that has it stands in
another file. With ``--onward`` the walk goes on with a `Problem` that is made of the parameter. The code is read, not run:
calls of functions that are imported by name are followed, methods and tables of functions are not.

Measured for a panel in `mmm.fit.fit`: 46 returns before there was a `Problem`.
"""

import argparse
import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

HOLDERS = frozenset({"Problem"})
"""Classes whose objects are followed in the place of what they were made from."""
MOST_STAYS = 1000


@cache
def tree(path: Path) -> ast.Module:
    """Return the syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def functions(path: Path) -> dict[str, ast.FunctionDef]:
    """Return the functions at the top of a file by name."""
    return {node.name: node for node in tree(path).body if isinstance(node, ast.FunctionDef)}


@cache
def imported(path: Path) -> dict[str, tuple[Path, str]]:
    """Return file and name of every function that a file imports by name, late imports included."""
    found = {}
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ImportFrom) and node.module:
            source = Path(*node.module.split("."))
            for alias in node.names:
                for place in (source.with_suffix(".py"), source / "__init__.py"):
                    if place.exists():
                        found[alias.asname or alias.name] = (place, alias.name)
    return found


def defined(path: Path, name: str) -> tuple[Path, str]:
    """Return file and name of the function that `name` means in a file; packages may pass it on."""
    place, target = imported(path).get(name, (path, name))
    if place != path and place.name == "__init__.py" and target not in functions(place):
        return defined(place, target)
    return place, target


def walk(
    path: Path, function: str, parameter: str, onward: bool, above: tuple[str, ...] = ()
) -> Iterator[Path]:
    """Yield the file of each function that has the parameter, and of each call that passes it on, in order.

    Parameters
    ----------
    path : pathlib.Path
        Of the file, relative to the checkout.
    function, parameter : str
    onward : bool
        Whether to go on with a `Problem` made of it.
    above : tuple of str
        Functions that are being walked through: a recursion is not followed.
    """
    yield path
    body, followed = functions(path)[function], {parameter}
    nodes = sorted(
        (node for node in ast.walk(body) if isinstance(node, ast.Call)),
        key=lambda node: (node.end_lineno or 0, node.end_col_offset or 0),
    )
    for call in nodes:
        if not isinstance(call.func, ast.Name) or not (taken := _taken(call, followed)):
            continue
        name = call.func.id
        place, target = defined(path, name)
        definition = functions(place).get(target)
        if definition is None or f"{place}:{target}" in above:
            continue
        names = [each.arg for each in (*definition.args.posonlyargs, *definition.args.args)]
        for position in taken:
            received = position if isinstance(position, str) else names[position]
            yield path
            yield from walk(place, target, received, onward, (*above, f"{place}:{target}"))
        if onward and definition.returns is not None and ast.unparse(definition.returns) in HOLDERS:
            followed |= _assigned(body, call)


def _taken(call: ast.Call, followed: set[str]) -> list[int | str]:
    """Return at which positions, and by which keywords, a call is given what is followed."""
    places: list[int | str] = [
        number for number, each in enumerate(call.args) if isinstance(each, ast.Name) and each.id in followed
    ]
    return places + [
        each.arg
        for each in call.keywords
        if each.arg and isinstance(each.value, ast.Name) and each.value.id in followed
    ]


def _assigned(body: ast.FunctionDef, call: ast.Call) -> set[str]:
    """Return the names that get the result of a call."""
    found = set()
    for node in ast.walk(body):
        if isinstance(node, ast.Assign):
            pairs = [(node.targets[0], node.value)]
            if isinstance(node.targets[0], ast.Tuple) and isinstance(node.value, ast.Tuple):
                pairs = list(zip(node.targets[0].elts, node.value.elts, strict=True))
            found |= {to.id for to, value in pairs if value is call and isinstance(to, ast.Name)}
    return found


def stays(path: Path, function: str, parameter: str, onward: bool = False) -> list[Path]:
    """Return the stays of a walk, see `walk`: its files in order, each as long as the walk does not leave it."""
    found: list[Path] = []
    for place in walk(path, function, parameter, onward):
        if not found or found[-1] != place:
            found.append(place)
        if len(found) > MOST_STAYS:
            break
    return found


def main() -> None:
    """Print stays, files and returns of a walk."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("start", help="file:function:parameter")
    parser.add_argument("--files", action="store_true", help="print the stays one by one")
    parser.add_argument("--onward", action="store_true", help="go on with a Problem made of it")
    options = parser.parse_args()
    place, function, parameter = options.start.split(":")
    found = stays(Path(place), function, parameter, options.onward)
    if options.files:
        print("\n".join(map(str, found)))
    print(f"{len(found)} stays, {len(set(found))} files, {len(found) - len(set(found))} returns")


if __name__ == "__main__":
    main()
