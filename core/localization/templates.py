"""Templates with their texts filled in when they are compiled, once for each language.

A page says ``_("…")`` a hundred times and more, in every row of a list: as a constant such a text
costs nothing, neither the look-up nor the escaping. Texts with variables stay calls.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any, Final, cast

from flask.sansio.app import App
from flask.templating import Environment
from jinja2 import nodes
from jinja2.utils import LRUCache
from jinja2.visitor import NodeTransformer

from core.localization.catalogue_files import translations
from core.localization.languages import current_locale

CAPACITY: Final = 1000
"""Compiled templates of both languages that are kept; core and its plugins have some 250."""


class Templates(Environment):
    """Flask's environment, with one compiled template for each language."""

    def __init__(self, app: App, **options: Any) -> None:
        super().__init__(app, **options)
        self.cache = cast("MutableMapping[Any, Any]", _PerLanguage(CAPACITY))

    def _generate(self, source: nodes.Template, *args: Any, **more: Any) -> str:
        """Compile, in the language in force; jinja2 keeps this hook for overriding."""
        return super()._generate(_Translator().visit(source), *args, **more)


class _PerLanguage(LRUCache):
    """Compiled templates by what jinja2 calls them and the language in force."""

    def __getitem__(self, key: Any) -> Any:
        return super().__getitem__((key, current_locale()))

    def __setitem__(self, key: Any, value: Any) -> None:
        super().__setitem__((key, current_locale()), value)


class _Translator(NodeTransformer):
    """Replaces ``_("…")`` without variables by its text, which is still escaped."""

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 - the visitor's spelling
        """Return the text of a plain call of ``_``, other calls as they are."""
        self.generic_visit(node)
        if not isinstance(node.node, nodes.Name) or node.node.name != "_":
            return node
        if len(node.args) != 1 or node.kwargs or node.dyn_args or node.dyn_kwargs:
            return node
        message = node.args[0]
        if not isinstance(message, nodes.Const) or not isinstance(message.value, str):
            return node
        text = translations(current_locale()).gettext(message.value)
        return nodes.Const(text, lineno=node.lineno)
