"""Pictures of a chat with the bot for the README, drawn from the messages it really sent.

    python -m tests.support.pictures     # or `make pictures`: writes docs/pictures/*.svg

`scenes` has people write to the bot, as a process, and press its buttons; `layout` breaks a text into lines, with the
widths of `widths.toml`; `drawing` makes an SVG of it, as Telegram's apps show messages, from the shapes and texts of
`paper`. No time of day and no id is drawn, and `patient` is the bot in no hurry: each run gives the same bytes.
"""

from tests.support.pictures.drawing import Scene, Shown, drawn
from tests.support.pictures.scenes import FOLDER, scenes

__all__ = ["FOLDER", "Scene", "Shown", "drawn", "scenes"]
