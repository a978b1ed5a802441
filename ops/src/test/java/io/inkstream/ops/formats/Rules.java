package io.inkstream.ops.formats;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/**
 * Checks a document against what its published schema says of the elements that we write: which children, in which order,
 * which attributes, and what may stand in them. It is no schema: the published ones are on no registry that the build reaches,
 * so the rules were read from them and stand in the tests.
 *
 * @param children in their order, as a regular expression of names
 * @param attributes of each element that has any, as names with their types; with an exclamation mark they must be there
 */
record Rules(String namespace, Map<String, String> children, Map<String, String> attributes) {
    private static final String NAME = "[A-Za-z_][\\w.-]*";
    /** What may stand in an attribute of a type, as a regular expression. */
    private static final Map<String, String> TYPES = Map.of(
            "string", "(?s).*",
            "character", "(?s).", // one code point
            "int", "-?\\d{1,9}",
            "float", "-?\\d+(\\.\\d+)?",
            "points", "([0-9]+,[0-9]+ )+[0-9]+,[0-9]+",
            "textType", "paragraph|heading|other",
            "ID", NAME,
            "IDREF", NAME);

    static Document parse(byte[] file) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setNamespaceAware(true);
        return factory.newDocumentBuilder().parse(new ByteArrayInputStream(file));
    }

    static List<Element> elements(Node inside, String name) {
        List<Element> found = new ArrayList<>();
        collect(inside, name, found);
        return found;
    }

    private static void collect(Node node, String name, List<Element> found) {
        for (Node child = node.getFirstChild(); child != null; child = child.getNextSibling()) {
            if (child instanceof Element element) {
                if (element.getLocalName().equals(name)) {
                    found.add(element);
                }
                collect(element, name, found);
            }
        }
    }

    static List<Element> childrenOf(Element parent) {
        List<Element> found = new ArrayList<>();
        for (Node child = parent.getFirstChild(); child != null; child = child.getNextSibling()) {
            if (child instanceof Element element) {
                found.add(element);
            }
        }
        return found;
    }

    void check(Document document) {
        Set<String> ids = new HashSet<>();
        Set<String> references = new HashSet<>();
        check(document.getDocumentElement(), ids, references);
        assertThat(ids).as("what is referred to").containsAll(references);
    }

    private void check(Element element, Set<String> ids, Set<String> references) {
        String name = element.getLocalName();
        assertThat(element.getNamespaceURI()).isEqualTo(namespace);
        assertThat(children).as("elements that the rules know").containsKey(name);
        String there = "";
        for (Element child : childrenOf(element)) {
            there += child.getLocalName() + " ";
        }
        String pattern = children.get(name)
                .replaceAll("([A-Za-z]+)", "(?:$1~)")
                .replace(" ", "")
                .replace("~", " ");
        assertThat(there).as("children of " + name).matches(pattern);
        checkAttributes(element, ids, references);
        childrenOf(element).forEach(child -> check(child, ids, references));
    }

    private void checkAttributes(Element element, Set<String> ids, Set<String> references) {
        String name = element.getLocalName();
        Set<String> known = new HashSet<>();
        for (String rule : attributes.getOrDefault(name, "").split(" ")) {
            String[] parts = rule.replace("!", "").split(":");
            String value = element.getAttribute(parts[0]);
            if (!element.hasAttribute(parts[0])) {
                assertThat(rule).as("what may be missing of " + name).doesNotEndWith("!");
                continue;
            }
            known.add(parts[0]);
            assertThat(value).as(name + " " + rule).matches(TYPES.get(parts[1]));
            if (parts[1].equals("ID")) {
                assertThat(ids.add(value)).as("one " + value).isTrue();
            } else if (parts[1].equals("IDREF")) {
                references.add(value);
            }
        }
        for (int i = 0; i < element.getAttributes().getLength(); i++) {
            Node attribute = element.getAttributes().item(i);
            if (attribute.getNamespaceURI() == null) { // else it is of XML itself
                assertThat(known).as("attributes of " + name).contains(attribute.getNodeName());
            }
        }
    }
}
