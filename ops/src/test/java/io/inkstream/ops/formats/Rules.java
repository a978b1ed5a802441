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
 * Checks a document against what its published schema says of the elements that we write: which children, in which order, and
 * which attributes must be there. It is no schema: the published ones are on no registry that the build reaches, so the rules
 * were read from them and stand in the tests.
 *
 * @param children in their order, as a regular expression of names
 * @param required attributes
 */
record Rules(String namespace, Map<String, String> children, Map<String, List<String>> required, String id) {
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
        check(document.getDocumentElement(), new HashSet<>());
    }

    private void check(Element element, Set<String> ids) {
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
        for (String attribute : required.getOrDefault(name, List.of())) {
            assertThat(element.hasAttribute(attribute))
                    .as(name + " has " + attribute)
                    .isTrue();
        }
        if (element.hasAttribute(id)) {
            assertThat(element.getAttribute(id)).matches("[A-Za-z_][\\w.-]*");
            assertThat(ids.add(element.getAttribute(id)))
                    .as("one " + element.getAttribute(id))
                    .isTrue();
        }
        childrenOf(element).forEach(child -> check(child, ids));
    }
}
