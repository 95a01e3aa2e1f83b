"""Reads a document with Python's XML parser and prints its nodes: [tag, attributes, text, children]."""
import json
import sys
import xml.etree.ElementTree as ET


def node(element):
    return [element.tag, element.attrib, element.text, [node(child) for child in element]]


json.dump(node(ET.fromstring(sys.stdin.read())), sys.stdout)
