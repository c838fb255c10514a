# SPDX-License-Identifier: LGPL-2.1-or-later
"""scripts/wine-prefix with a real Wine, and mibwatch.exe, where nobody reads what they say or there
is no room for it. tests/support/outputs.py has the rule, tests/tools/test_scripts.py the rest.

    python3 test_outputs.py --script scripts/wine-prefix --stage STAGE [TEST...]
"""

import os
import sys

import scene

HERE = os.path.dirname(os.path.realpath(__file__))
sys.path.append(os.path.join(HERE, "..", "..", "support"))

import outputs  # noqa: E402 (it is found by the line before)


class Outputs(scene.Case):
    def check(self, command, situation, kind, name, status=0, says="", **environment):
        result = outputs.run(command, situation, timeout=scene.DEADLINE, env={
            **scene.world.environment, "WINEPREFIX": self.prefix, **environment})
        status, says = outputs.expected(kind, situation, name, status, says)
        self.assertEqual(outputs.noise_in(result[2]), [], result)
        self.assertEqual(result[0], status, result)
        if result[2] is not None:
            self.assertRegex(result[2], rf"\A{says}\Z", result)

    def tool(self, command, situation, kind, status=0, *options):
        self.check([scene.arguments.script, command, "--stage", scene.arguments.stage,
                    *options], situation, kind, "wine-prefix", status, WINEDLLPATH=self.dlls)

    def test_wine_prefix(self):
        for situation in outputs.SITUATIONS:
            with self.subTest(situation):
                self.tool("status", situation, outputs.PRINTS, 4, "--no-probe")
                self.tool("install", situation, outputs.WORKS, 0, "--no-probe", "--dll-dir", self.dlls)
                self.tool("status", situation, outputs.PRINTS, 0)
                self.tool("uninstall", situation, outputs.WORKS)
                # Programs have run in it, so its registry is written anew.
                self.assertEqual(
                    [name for name in scene.difference(self.before,
                                                             scene.tree(self.prefix))
                     if not name.endswith((".reg", ".update-timestamp"))], [])

    def test_mibwatch(self):
        self.run_tool("install")
        program = os.path.join(scene.arguments.stage, "mibwatch.exe")
        wrong = r"mibwatch: .*\r\nTry 'mibwatch --help'\.\r\n"
        for situation in outputs.SITUATIONS:
            # Wine gives its own connections to a program in place of descriptors that are closed.
            if situation == "both closed":
                continue
            for words, kind, status, says in (
                (("--help",), outputs.PRINTS, 0, ""),
                (("--initial", "--duration=0"), outputs.PRINTS, 0, ""),
                (("--initial", "--count=1"), outputs.PRINTS, 0, ""),
                (("--nonsense",), outputs.WORKS, 2, wrong),
            ):
                with self.subTest(words=words, situation=situation):
                    if situation == "full" and status == 2:
                        continue  # nothing is printed there
                    # Without the last Wine 10's library for Wayland has something to say.
                    self.check(["wine", program, *words], situation, kind, "mibwatch", status, says,
                               WINEDEBUG="-all", WINEDLLPATH=self.dlls,
                               XDG_RUNTIME_DIR=self.folder)
        scene.world.wait_for_server(self.prefix)


if __name__ == "__main__":
    sys.exit(scene.main(__name__))
