"""The main job, shown on the real parts: build, publish, deploy, change, deploy again, dismiss."""
