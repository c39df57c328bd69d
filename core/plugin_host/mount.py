"""Mounting loaded plugins: blueprints under ``/m/<municipality>/<plugin>/``, templates, icons.

Plugins hand their blueprints over; they never see the application (architecture rule 1).
"""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from jinja2 import ChoiceLoader, FileSystemLoader

from core.plugin_host.host import PluginHost
from core.plugin_host.plugin import Plugin
from core.plugin_host.quarantine import CAUGHT


def register(app: Flask, host: PluginHost) -> None:
    """Mount the blueprints and template folders of every loaded plugin."""
    folders = [folder for plugin in host.loaded() if (folder := template_folder(plugin))]
    app.jinja_env.loader = ChoiceLoader(
        [app.create_global_jinja_loader(), *(FileSystemLoader(folder) for folder in folders)]
    )
    for answer in host.hooks.blueprints():
        try:
            app.register_blueprint(answer.value, url_prefix=f"/m/<municipality>/{answer.plugin}")
        except CAUGHT as error:
            # What it has registered already stays there, but the gate never opens for it.
            host.quarantine(answer.plugin, error, "mounting its pages")


def locale_folders(host: PluginHost) -> list[Path]:
    """Return the folders ``locale`` of the loaded plugins."""
    return [folder for plugin in host.loaded() if (folder := _beside(plugin, "locale"))]


def template_folder(plugin: Plugin) -> Path | None:
    """Return the folder ``templates`` beside a plugin's ``plugin.py``, if it has one."""
    return _beside(plugin, "templates")


def _beside(plugin: Plugin, name: str) -> Path | None:
    if plugin.module is None or plugin.module.__file__ is None:
        return None
    folder = Path(plugin.module.__file__).parent / name
    return folder if folder.is_dir() else None
