"""Asks a running mock all that its OpenAPI document lets be asked, and judges each answer by the document.

The document's parameters get examples here, of what the sample tenant holds: by themselves, ids made up at random lead
to nothing but 404. Nothing else of it is changed.
"""

import json
import os
import subprocess
import sys
import urllib.parse
import urllib.request

CONSOLE = "c7e20d18-94f5-4b6a-a3cd-6f1b0e8d7a35"
TENANT = "5b0f7c1e-4a2d-4e63-9c58-0d1f6a3b7e92"
CLAIMS = "contentstorage/CSP_6f0d2b7a-91c4-4e58-a3b6-0c7d5e1f8294"
GROUP = "b93c60e7-5d18-4f2a-8a94-1c7e0f6d3b25"


def ask(url, token=None, form=None, body=None):
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    data = None
    if form is not None:
        data = urllib.parse.urlencode(form).encode()
    if body is not None:
        data = json.dumps(body).encode()
        headers["Content-Type"] = "application/json"
    request = urllib.request.Request(url, data=data, headers=headers)
    try:
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        return json.load(error)


def sign_in(base):
    """A token by which the console speaks for the sample person, as a device gets it."""
    login = f"{base}/{TENANT}/oauth2/v2.0"
    graph = "https://graph.microsoft.com"
    scope = f"{graph}/Files.ReadWrite.All {graph}/FileStorageContainer.Selected"
    device = ask(f"{login}/devicecode", form={"client_id": CONSOLE, "scope": scope})
    grant = {
        "client_id": CONSOLE,
        "grant_type": "urn:ietf:params:oauth:grant-type:device_code",
        "device_code": device["device_code"],
    }
    # Whoever has the device in hand says yes.
    ask(f"{base}/_mock/device-codes/{device['user_code']}", body={"approve": True})
    answer = ask(f"{login}/token", form=grant)
    if "access_token" in answer:
        return answer["access_token"]
    raise SystemExit(f"no token: {answer}")


def examples(base, token):
    """What stands in a path, of the sample tenant."""
    v1 = f"{base}/v1.0"
    drive = ask(f"{v1}/groups/{GROUP}/drive", token)
    item = ask(f"{v1}/drives/{drive['id']}/root:/Press", token)
    permissions = ask(f"{v1}/drives/{drive['id']}/items/{item['id']}/permissions", token)["value"]
    claims = ask(f"{v1}/sites/contoso.sharepoint.com:/{CLAIMS}:/drive", token)
    link = next(entry for entry in permissions if "link" in entry)
    return {
        "container-id": [claims["id"]],
        "drive-id": [drive["id"]],
        "group-id": [GROUP],
        "item-id": [item["id"], "root"],
        "host": ["contoso.sharepoint.com"],
        "list-id": ["Documents"],
        "path": ["Press", "Press/Logo.png"],
        "permission-id": [link["id"], permissions[0]["id"]],
        "row": ["1"],
        "share-token": [link["shareId"]],
        "site-path": ["sites/launch"],
        "site-id": ["root", item["parentReference"]["siteId"]],
        "user-id": ["nadia@contoso.com"],
    }


def main():
    document_path, base, seconds = sys.argv[1:]
    token = sign_in(base)
    with open(document_path, encoding="utf-8") as file:
        document = json.load(file)
    for name, values in examples(base, token).items():
        parameter = document["components"]["parameters"][name]
        parameter["examples"] = {str(index): {"value": value} for index, value in enumerate(values)}
    with open("document.json", "w", encoding="utf-8") as file:
        json.dump(document, file)
    command = [
        "bin/schemathesis", "--config-file", "schemathesis.toml", "run", "document.json", "--url", f"{base}/v1.0",
        "-H", f"Authorization: Bearer {token}", "--checks", "all", "--phases", "examples,coverage,fuzzing",
        "--max-examples", "5", "--max-time", seconds, "--generation-database", "none", "--seed", "1",
        "--continue-on-failure", "--warnings", "off", "--workers", "1",
    ]
    environment = {**os.environ, "SCHEMATHESIS_HOOKS": "hooks"}
    sys.exit(subprocess.run(command, check=False, env=environment).returncode)


main()
