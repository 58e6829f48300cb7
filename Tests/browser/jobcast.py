"""A Jobcast of the tests' own: a server process on a fresh database, and the people of the story."""

import base64
import hashlib
import hmac
import json
import os
import pathlib
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
import uuid

from webdriver import Failure, until

ROOT = pathlib.Path(__file__).resolve().parents[2]
START_WITHIN = 60.0  # seconds: the first start lays out a PostgreSQL cluster


def binary():
    """The jobcast to test: $JOBCAST, else the one built last."""
    if "JOBCAST" in os.environ:
        return os.environ["JOBCAST"]
    built = [path for path in ROOT.glob(".build/*/jobcast") if path.is_file()]
    if not built:
        raise SystemExit("jobcast is not built; run swift build first")
    return str(max(built, key=lambda path: path.stat().st_mtime))


class Server:
    """`jobcast serve` with its embedded PostgreSQL in a scratch folder; may be stopped and started again on the same data.

    `settings` gives more variables of its environment, knowing its address."""

    def __init__(self, settings=None):
        self.settings = settings or (lambda address: {})
        self.folder = tempfile.mkdtemp(prefix="jobcast-browser-")
        os.chmod(self.folder, 0o755)  # the embedded PostgreSQL runs as another user when the tests run as root
        self.secret = secrets.token_hex(32)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self.log = open(pathlib.Path(self.folder, "serve.log"), "a+b")
        self.process = None

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self):
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_URL", "JOBCAST_"))}
        environment |= {"JOBCAST_TOKEN_SECRET": self.secret, "JOBCAST_MASTER_KEY": self.secret[::-1]} | self.settings(self.address)
        command = [binary(), "serve", "--port", str(self.port), "--data", ".jobcast", "--drain", "1"]
        self.process = subprocess.Popen(command, cwd=self.folder, env=environment, stdout=self.log, stderr=self.log)
        until(self.is_ready, "the server to be ready", START_WITHIN)

    def is_ready(self):
        if self.process.poll() is not None:
            raise Failure(f"jobcast serve ended with {self.process.returncode}:\n{self.last_words()}")
        try:
            with urllib.request.urlopen(self.address + "/readyz", timeout=5) as response:
                return response.status == 200
        except OSError:
            return False

    def stop(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        self.process.wait(timeout=30)

    def last_words(self):
        self.log.flush()
        self.log.seek(0)
        return self.log.read().decode(errors="replace")[-2000:]

    def token(self, role, subject=None, lifetime=3600, grants=None):
        """A token as an identity provider would issue it, good for so many seconds: JWT, HS256 (RFC 7519)."""

        def part(content):
            return base64.urlsafe_b64encode(content).rstrip(b"=")

        grant = {"role": role} | ({"organisation": str(uuid.uuid4())} if role == "recruiter" else {})
        claims = {"sub": subject or f"{role}-1", "grants": grants or [grant], "exp": int(time.time()) + lifetime}
        signed = part(json.dumps({"alg": "HS256", "typ": "JWT"}).encode()) + b"." + part(json.dumps(claims).encode())
        return (signed + b"." + part(hmac.digest(self.secret.encode(), signed, hashlib.sha256))).decode()

    def request(self, method, path, role, body=None, subject=None, type="application/json"):
        """The answer's JSON; a `Failure` that shows the problem document for anything but success. A body is JSON unless `type` says else."""
        headers = {"Authorization": "Bearer " + self.token(role, subject), "Idempotency-Key": str(uuid.uuid4())}
        data = None
        if body is not None:
            headers["Content-Type"] = type
            data = json.dumps(body).encode() if type == "application/json" else body
        request = urllib.request.Request(self.address + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            raise Failure(f"{method} {path}: {error.code} {error.read().decode()}") from None

    def get(self, path, role="analyst"):
        return self.request("GET", path, role)

    def post(self, path, role, body=None, subject=None):
        return self.request("POST", path, role, body, subject)

    def invite(self, account, password, *grants):
        """An account that signs in by a password, with grants."""
        for grant in grants:
            self.post(f"/v1/accounts/{account}/grants", "operator", grant)
        invitation = self.post(f"/v1/accounts/{account}/invitation", "operator", {"name": account})["invitation"]
        body = json.dumps({"invitation": invitation, "password": password}).encode()
        headers = {"Content-Type": "application/json", "Idempotency-Key": str(uuid.uuid4())}
        with urllib.request.urlopen(urllib.request.Request(self.address + "/v1/invitations/acceptance", body, headers), timeout=30):
            pass

    def send_table(self, name, data, role="host"):
        """An import of a table that a clerk has sent; gives its id."""
        return self.request("PUT", f"/v1/imports/{uuid.uuid4()}?name={name}", role, data, type="application/octet-stream")["id"]

    def file(self, path, role, data, type="application/pdf"):
        return self.request("POST", path, role, data, type=type)

    def events(self, session):
        """All events of a session, oldest first."""
        events, after = [], 0
        while page := self.get(f"/v1/sessions/{session}/log?after={after}&limit=200")["items"]:
            events += page
            after = page[-1]["position"]
        return events


JOBS = [
    ("数控车床操作工", "数控技工", 6500, 9000, "month", "东莞市长安镇", 20),
    ("后端开发工程师", "软件开发", 12000, 20000, "month", "珠海市高新区", 5),
    ("住家保姆", "家政服务", 7000, 8500, "month", "广州市天河区", 12),
    ("仓库分拣员（日结）", "仓储物流", 210, 210, "day", "广州市白云区", 60),
]


def story(server):
    """A verified company, its vetted jobs, a policy, and a session with all of it on the shelf.

    Gives the session's id and the jobs' ids by title."""
    company = server.post("/v1/companies", "host", {"name": "广州数控装备有限公司", "uscc": uscc(), "region": "440100", "kind": "employer"})["id"]
    for kind in ("businessLicence", "identityOfRepresentative", "authorisation"):
        server.file(f"/v1/companies/{company}/documents?kind={kind}", "operator", b"%PDF-1.7 " + kind.encode())
    reverify = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 90 * 86400))
    server.post(f"/v1/companies/{company}/verification", "reviewer", {"checks": ["creditCode", "representative"], "reverifyBy": reverify})
    jobs = {facts[0]: server.post("/v1/jobs", "host", posting(company, *facts))["id"] for facts in JOBS}
    server.post("/v1/vettings", "reviewer", {"jobs": list(jobs.values()), "decision": "approve"})
    policy = {"title": "赴粤交通补助", "topic": "交通补助", "summary": "跨省务工每年可领一次交通补助。", "region": "450000"}
    server.post("/v1/policies", "reviewer", policy)
    session = schedule(server, "“广西就业”跨省劳务协作直播 · 广州专场")
    server.post(f"/v1/sessions/{session}/shelf", "host", {"jobs": list(jobs.values())})
    return session, jobs


def schedule(server, title, hours=0):
    """A session that starts in so many hours; gives its id."""
    starts, ends = (time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(time.time() + 3600 * when)) for when in (hours, hours + 2))
    wanted = {"title": title, "format": "crossProvince", "startsAt": starts, "endsAt": ends, "base": "广州"}
    return server.post("/v1/sessions", "host", wanted)["id"]


def posting(company, title, occupation, minimum, maximum, unit, place, openings):
    return {
        "company": company,
        "title": title,
        "occupation": occupation,
        "duties": "按图纸完成零件加工与自检；做好设备日常点检；按时交接班。",
        "conditions": "18–50 岁，初中以上；有一年以上相关经验优先；包住，提供工作餐。",
        "place": place,
        "region": "440100",
        "pay": {"minimum": minimum, "maximum": maximum, "unit": unit},
        "terms": {"shift": "twoShift", "hoursADay": 10.5, "meals": "provided", "dormitory": {"kind": "paid", "people": 4, "cost": 150}},
        "validThrough": time.strftime("%Y-%m-%d", time.gmtime(time.time() + 60 * 86400)),
        "openings": openings,
        "source": {"kind": "original"},
    }


def uscc():
    """A unified social credit code with its right check character (GB 32100-2015)."""
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    head = "91440101MA" + "".join(secrets.choice("0123456789") for _ in range(7))
    total = sum(alphabet.index(character) * pow(3, place, 31) for place, character in enumerate(head))
    return head + alphabet[-total % 31]
