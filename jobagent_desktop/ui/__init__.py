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
from jobagent_desktop.ui.controller import WindowController

__all__ = ["WindowContext", "WindowController", "make_application"]
