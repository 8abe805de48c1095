"""Text files as C strings: embed.py OUT FILE..., each as numeral_asset_NAME_EXTENSION."""
import os
import sys

with open(sys.argv[1], "w", encoding="utf-8") as out:
    out.write("/* Made by embed.py. */\n")
    for path in sys.argv[2:]:
        name = os.path.basename(path).replace(".", "_")
        with open(path, encoding="utf-8") as text:
            lines = text.read().splitlines()
        out.write(f"static const char numeral_asset_{name}[] =\n")
        for line in lines:
            quoted = line.replace("\\", "\\\\").replace('"', '\\"')
            out.write(f'    "{quoted}\\n"\n')
        out.write("    ;\n")
