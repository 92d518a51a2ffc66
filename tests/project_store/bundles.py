"""Made bundles and 7.x exports, as Ignition writes them."""

import base64
import gzip
import io
import uuid

from project_store.formats.binary_xml import ClassName, Document, Element, write_document
from project_store.formats.config import bundle_of

BODY = "def handleMessage(payload):\n\treturn payload\n"


def binary(*objects):
    out = io.BytesIO()
    write_document(Document(Element("objects", children=list(objects))), out)
    return gzip.compress(out.getvalue())


def bean(cls, *calls):
    return Element("o", attributes={"cls": ClassName(cls)}, children=list(calls))


def call(method, *arguments):
    return Element("o", "c", attributes={"m": method, "s": ("O",)}, children=list(arguments))


def text(value, identifier=None):
    return Element("str", content=value, object_id=identifier)


KEY = "com.inductiveautomation.ignition.common.script.message.MessageHandlerKey"
CONFIG = "com.inductiveautomation.ignition.common.script.ScriptConfig"


def handlers(*entries):
    pairs = [call("put", bean(KEY, *key), value) for key, value in entries]
    return bean(CONFIG, call("setMessageHandlerScripts", bean("java.util.HashMap", *pairs)))


def put_bundle(plant, scripts, project="X", folder="ignition/event-scripts", scope="G"):
    data = bundle_of(scripts, scope)
    return plant.write(f"{project}/{folder}/data.bin", data)


def resource(kind, payload, name="", parent="", scope=1):
    encoded = base64.b64encode(payload).decode()
    return (
        f"<resource id='1' name='{name}' module='' modver='' type='{kind}' ver='0'"
        f" dirty='false' editcount='0' parent='{parent}' oemlocked='false' scope='{scope}'"
        f" protected='false'>\n<doc></doc>\n<bytes><![CDATA[{encoded}]]></bytes></resource>\n"
    )


def proj(*resources, name="Line", version="<major>7</major><minor>9</minor><rev>4</rev>"):
    return (
        f"<?xml version='1.0' encoding='UTF-8'?>\n<project>\n<version>{version}</version>\n"
        f"<name>{name}</name><title>A &amp; B</title><description/><enabled>true</enabled>\n"
        f"<resources>\n{''.join(resources)}</resources>\n<deletedResources/></project>\n"
    )


def folder(name, identifier, parent):
    return resource("__folder", uuid.UUID(identifier).bytes[::-1], name, parent)


ROOT = "2cda0027-8033-4beb-ad02-0ef378c659be"
F1 = "1b0c6aa5-18cd-4098-8c19-f1dd320b13a1"
F2 = "ac246866-8321-4e09-bd47-8d0dda19fe7d"


def write_proj(tmp_path, content):
    file = tmp_path / "export.proj"
    file.write_text(content)
    return file
