"""The test persons of the eight services: three for each, the same whatever the seed."""

from contoh.orang.figures import aid, birth, death, licence, marriage, moving, record, school
from contoh.orang.figures.stage import Stage
from contoh.orang.registers import Figures

_CHAPTERS = (birth, moving, record, school, aid, licence, marriage, death)


def make_figures() -> Figures:
    stage = Stage()
    for chapter in _CHAPTERS:
        chapter.enter(stage)
    return stage.figures()
