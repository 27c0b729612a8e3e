"""The window. Whoever builds the program joins it like this.

app = make_application(sys.argv, version)
bridge = Bridge()
thread = EngineThread(make_engine, bridge)
context = WindowContext(bridge, queries, now, data_dir, version, demo=..., background=...)
controller = WindowController(app, context, thread)
single_instance.activated.connect(controller.on_second_start)
return controller.run()
"""

from jobagent_desktop.ui.app import make_application
from jobagent_desktop.ui.context import WindowContext
from jobagent_desktop.ui.controller import SWITCH, WindowController
from jobagent_desktop.ui.demo_start import DemoStart
from jobagent_desktop.ui.dialogs.failed_start import show_failed_start

__all__ = ["SWITCH", "DemoStart", "WindowContext", "WindowController", "make_application", "show_failed_start"]
