"""An office's provider of identities: canaille with a client for Jobcast, and li.ming and wang.fang, whose passwords are their names twice.

    office.py REDIRECT [--algorithm ES256] [--port 0]

Says `issuer http://localhost:PORT` once it answers. Hears lines: `rotate` signs by new keys from then on, and publishes them alone;
`groups li.ming hosts,ops` puts somebody into groups. It says `done` to each.
"""

import argparse
import os
import secrets
import socket
import sys
import threading

import canaille
from canaille.app import models
from canaille.backends import Backend
from joserfc.jwk import ECKey, RSAKey
from werkzeug.serving import make_server


def keys():
    """One of each kind: RS256 must always be possible."""
    return [key.as_dict(private=True) for key in (RSAKey.generate_key(2048, auto_kid=True), ECKey.generate_key("P-256", auto_kid=True))]


def application(port, redirect, algorithm):
    app = canaille.create_app(
        {
            "SECRET_KEY": secrets.token_hex(),
            "SERVER_NAME": f"localhost:{port}",
            "PREFERRED_URL_SCHEME": "http",
            "CANAILLE": {"FORCE_HTTPS": False, "JAVASCRIPT": False, "LOGGING": {"version": 1}},
            "CANAILLE_OIDC": {"ACTIVE_JWKS": keys(), "USERINFO_MAPPING": {"PREFERRED_USERNAME": "{{ user.user_name }}"}},
        }
    )
    with app.app_context():
        for name in ("li.ming", "wang.fang"):
            person = models.User(
                user_name=name, formatted_name=name, family_name=name, emails=[f"{name}@example.org"], password=name * 2
            )
            Backend.instance.save(person)
        client = models.Client(
            client_id="jobcast",
            client_secret="a secret/of the client",
            client_name="Jobcast",
            client_uri="http://127.0.0.1",
            redirect_uris=[redirect],
            grant_types=["authorization_code"],
            response_types=["code"],
            scope=["openid", "profile", "email", "groups"],
            token_endpoint_auth_method="client_secret_basic",
            id_token_signed_response_alg=algorithm,
        )
        Backend.instance.save(client)
        client.audience = [client]
        Backend.instance.save(client)
    return app


def put(app, name, wanted):
    with app.app_context():
        person = Backend.instance.get(models.User, user_name=name)
        for title in {group.display_name for group in Backend.instance.query(models.Group)} | set(wanted):
            group = Backend.instance.get(models.Group, display_name=title) or models.Group(display_name=title, members=[])
            members = [member for member in group.members or [] if member.user_name != name] + ([person] if title in wanted else [])
            if members:
                group.members = members
                Backend.instance.save(group)
            elif group.id:
                Backend.instance.delete(group)


def hear(app):
    for line in sys.stdin:
        words = line.split()
        if words[:1] == ["rotate"]:
            app.config["CANAILLE_OIDC"]["ACTIVE_JWKS"] = keys()
        elif words[:1] == ["groups"]:
            put(app, words[1], [word for word in "".join(words[2:]).split(",") if word])
        print("done", flush=True)
    # Whoever started it has gone.
    os._exit(0)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("redirect")
    parser.add_argument("--algorithm", default="RS256")
    parser.add_argument("--port", type=int, default=0)
    options = parser.parse_args()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", options.port))
        port = probe.getsockname()[1]
    app = application(port, options.redirect, options.algorithm)
    server = make_server("127.0.0.1", port, app, threaded=True)
    threading.Thread(target=hear, args=[app], daemon=True).start()
    print(f"issuer http://localhost:{port}", flush=True)
    server.serve_forever()


main()
