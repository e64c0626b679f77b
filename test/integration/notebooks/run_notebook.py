"""Runs the code cells of a notebook one after the other, as a kernel would, and prints what the last line of each shows.

Exit code 1 where a cell fails, or where the file is not as it is kept: outputs and counts stripped, every cell with an id of its own.
"""

import ast
import json
import sys
import traceback


def problems_of(notebook):
    cells = notebook["cells"]
    if (notebook["nbformat"], notebook["nbformat_minor"]) != (4, 5):
        yield "the format is not 4.5"
    if len({cell["id"] for cell in cells}) != len(cells):
        yield "two cells have one id"
    for cell in cells:
        if cell["cell_type"] == "code" and (cell["outputs"] or cell["execution_count"] is not None):
            yield f"{cell['id']} has outputs"


def run(cell, names):
    tree = ast.parse("".join(cell["source"]), filename=cell["id"])
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, cell["id"], "exec"), names)
    if last is not None:
        print(cell["id"], eval(compile(ast.Expression(last.value), cell["id"], "eval"), names))


def main(path):
    with open(path, encoding="utf-8") as file:
        notebook = json.load(file)
    wrong = list(problems_of(notebook))
    names = {"__name__": "__main__"}
    for cell in notebook["cells"]:
        if cell["cell_type"] != "code":
            continue
        try:
            run(cell, names)
        except Exception:
            wrong.append(f"{cell['id']} failed:\n{traceback.format_exc()}")
            break
    print("\n".join(wrong), file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
