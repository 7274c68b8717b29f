"""The Python client of Microsoft Graph, unchanged, against the mock: `python client.py URL`."""

import asyncio
import json
import sys
import time
import urllib.request

from kiota_abstractions.authentication import (
    AccessTokenProvider,
    AllowedHostsValidator,
    BaseBearerTokenAuthenticationProvider,
)
from kiota_abstractions.api_error import APIError
from kiota_abstractions.base_request_configuration import RequestConfiguration
from msgraph import GraphRequestAdapter, GraphServiceClient
from msgraph.generated.drives.item.items.item.create_link.create_link_post_request_body import (
    CreateLinkPostRequestBody,
)
from msgraph.generated.drives.item.items.item.invite.invite_post_request_body import InvitePostRequestBody
from msgraph.generated.models.drive_recipient import DriveRecipient
from msgraph.generated.models.permission import Permission
from msgraph_core.requests.batch_request_content import BatchRequestContent
from msgraph_core.requests.batch_request_item import BatchRequestItem

URL = sys.argv[1]
SPACE = "python"


class Token(AccessTokenProvider):
    """Any token, for the mock's own host."""

    async def get_authorization_token(self, uri, additional_authentication_context={}):
        return "any"

    def get_allowed_hosts_validator(self):
        return AllowedHostsValidator(["127.0.0.1"])


def look(path, body=None):
    """Asks the mock's own API."""
    data = json.dumps(body).encode() if body is not None else None
    headers = {"content-type": "application/json"}
    request = urllib.request.Request(f"{URL}/_space/{SPACE}/_mock{path}", data, headers)
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


async def main():
    adapter = GraphRequestAdapter(BaseBearerTokenAuthenticationProvider(Token()))
    # This client takes only a base URL: the space stands in its path.
    adapter.base_url = f"{URL}/_space/{SPACE}/v1.0"
    client = GraphServiceClient(request_adapter=adapter)

    drive = await client.me.drive.get()
    items = client.drives.by_drive_id(drive.id).items
    item = items.by_drive_item_id("root")
    for name in ["Projects", "Budget 2027.xlsx"]:
        children = (await item.children.get()).value
        item = items.by_drive_item_id(next(child.id for child in children if child.name == name))

    # Invite: both are given access, and both are mailed.
    recipients = [DriveRecipient(email="ryan@contoso.com"), DriveRecipient(email="kim@fabrikam.com")]
    invited = await item.invite.post(
        InvitePostRequestBody(
            recipients=recipients, roles=["read"], message="Have a look.",
            require_sign_in=True, send_invitation=True,
        )
    )
    assert [permission.roles for permission in invited.value] == [["read"], ["read"]], invited

    # List, patch.
    listed = (await item.permissions.get()).value
    ryan = next(it for it in listed if it.granted_to_v2 and it.granted_to_v2.user.display_name == "Ryan Gregg")
    changed = await item.permissions.by_permission_id(ryan.id).patch(Permission(roles=["write"]))
    assert changed.roles == ["write"], changed

    # Link: made once, then found.
    ask = CreateLinkPostRequestBody(type="view", scope="organization")
    link = await item.create_link.post(ask)
    assert link.link.web_url.startswith("https://contoso-my.sharepoint.com/:x:/"), link
    assert (await item.create_link.post(ask)).id == link.id

    # A list that is refused once, and then given.
    throttled = RequestConfiguration()
    throttled.headers.add("x-mock-fault", "429; retry-after=1; times=1")
    began = time.monotonic()
    listed = (await item.permissions.get(request_configuration=throttled)).value
    assert time.monotonic() - began >= 1, "the client waited"
    assert any(it.id == link.id for it in listed)

    # A batch.
    batch = BatchRequestContent()
    for number, information in enumerate(
        [item.permissions.to_get_request_information(), client.me.drive.to_get_request_information()], 1
    ):
        member = BatchRequestItem(information, id=str(number))
        batch.add_request(member.id, member)
    answers = await client.batch.post(batch_request_content=batch)
    assert answers.get_response_status_codes() == {"1": 200, "2": 200}, answers

    # Delete, and a refusal in the client's own type.
    await item.permissions.by_permission_id(ryan.id).delete()
    try:
        await item.permissions.by_permission_id(ryan.id).get()
        raise AssertionError("the permission is still there")
    except APIError as error:
        assert error.response_status_code == 404 and error.error.code == "itemNotFound", error

    # What the mock saw.
    mails = [mail["to"] for mail in look("/outbox")["value"]]
    assert mails == ["ryan@contoso.com", "kim@fabrikam.com"], mails
    verdict = look("/requests/assert", {"expect": [
        {"action": "invite", "status": 200, "times": 1},
        {"action": "list permissions", "status": 429, "times": 1},
        {"action": "list permissions", "status": 200, "inBatch": True, "times": 1},
        {"action": "create link", "status": 201, "times": 1},
        {"action": "create link", "status": 200, "times": 1},
        {"action": "delete permission", "status": 204, "times": 1},
    ]})
    assert verdict["passed"], verdict
    print("msgraph-sdk: invite, list, patch, link, 429, batch, delete")


asyncio.run(main())
