import { install, runs } from "./install.mjs";
import { findRedisServer, OLDEST_REDIS } from "./redis-server.mjs";

/**
 * Debian and Ubuntu start and enable a service when a server package is installed; Backstitch starts a Redis of its
 * own, so the service is kept from starting, now and at the next boot.
 */
const aptScript = `
export DEBIAN_FRONTEND=noninteractive
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
  printf '#!/bin/sh\\nexit 101\\n' > $policy && chmod 755 $policy
  trap 'rm -f /usr/sbin/policy-rc.d' EXIT
fi
install() { apt-get install -y -q --no-install-recommends redis-server; }
install || { apt-get update -q && install; } || exit 1
if [ -d /run/systemd/system ]; then systemctl disable redis-server || true; fi
`;

/** One entry per package manager: the program, how it installs Redis, and whether that takes root. */
const installers = [
  { program: "apt-get", needsRoot: true, script: aptScript, byHand: "sudo apt-get install redis-server" },
  { program: "apk", needsRoot: true, script: "apk add --no-cache redis", byHand: "sudo apk add redis" },
  { program: "dnf", needsRoot: true, script: "dnf install -y redis", byHand: "sudo dnf install redis" },
  { program: "brew", needsRoot: false, script: "brew install redis", byHand: "brew install redis" },
];

/**
 * Makes sure that a Redis can be had: a server program of this machine, or (outside CI, where tests start and kill
 * servers of their own) one at BACKSTITCH_REDIS_URL or BACKSTITCH_TEST_REDIS_URL or a Docker engine. A missing
 * program is installed where that takes no password.
 *
 * @param {(line: string) => void} say told about everything that takes time
 * @throws {Error} what to install on this platform
 */
export function ensureRedis(say) {
  if (haveServer()) return;
  const ci = Boolean(process.env.CI);
  if (!ci && (process.env.BACKSTITCH_REDIS_URL || process.env.BACKSTITCH_TEST_REDIS_URL)) return;

  const installer = installers.find(({ program }) => runs(program, ["--version"]));
  if (installer !== undefined && install({ what: "Redis", ...installer }, say) && haveServer()) return;
  if (!ci && runs("docker", ["version", "--format", "{{.Server.Version}}"])) return;
  throw new Error(whatToInstall(installer));
}

function haveServer() {
  return findRedisServer()?.tooOld === false;
}

function whatToInstall(installer) {
  const found = findRedisServer();
  const problem = found
    ? `The Redis server ${found.path} is version ${found.version}; Backstitch needs ${OLDEST_REDIS} or later.`
    : `Backstitch needs a Redis server, ${OLDEST_REDIS} or later (or Valkey), and found none.`;
  const remedy =
    found === undefined && installer !== undefined
      ? `Install it with:  ${installer.byHand}`
      : process.platform === "win32"
        ? "Redis is not made for Windows: run Backstitch under WSL, and install redis-server there."
        : "Install a current one as described at https://redis.io/docs/latest/operate/oss_and_stack/install/";
  return `${problem}\n${remedy}`;
}
