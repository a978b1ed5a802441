package io.inkstream.ops.formats;

import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** Writes XML, an element inside the other, indented by their depth. For one thread. */
final class Xml {
    private static final XMLOutputFactory FACTORY = XMLOutputFactory.newDefaultFactory();
    private static final String INSTANCE = "http://www.w3.org/2001/XMLSchema-instance";

    /** Into characters first: the JDK writes surrogates into bytes as two references, which is no XML. */
    private final StringWriter file = new StringWriter();

    private final XMLStreamWriter xml;
    private int depth;

    /** What goes into an element. */
    interface Inside {
        void write() throws XMLStreamException;
    }

    private Xml() throws XMLStreamException {
        xml = FACTORY.createXMLStreamWriter(file);
    }

    /** What a document has. */
    interface Document {
        void write(Xml xml) throws XMLStreamException;
    }

    /**
     * Writes a document.
     *
     * @param root its first element
     * @param schema where the namespace's schema is published
     * @return in UTF-8
     */
    static byte[] document(String root, String namespace, String schema, Document document) {
        try {
            Xml xml = new Xml();
            xml.xml.writeStartDocument("UTF-8", "1.0");
            xml.line();
            xml.xml.writeStartElement(root);
            xml.xml.writeDefaultNamespace(namespace);
            xml.xml.writeNamespace("xsi", INSTANCE);
            xml.xml.writeAttribute("xsi", INSTANCE, "schemaLocation", namespace + " " + schema);
            xml.depth++;
            document.write(xml);
            xml.depth--;
            xml.line();
            xml.xml.writeEndElement();
            xml.xml.writeEndDocument();
            xml.xml.close();
            return (xml.file + "\n").getBytes(StandardCharsets.UTF_8);
        } catch (XMLStreamException e) {
            throw new IllegalStateException("memory does not take a document", e);
        }
    }

    /** An element with others inside; attributes are names and values by turns. */
    void element(String name, Inside inside, Object... attributes) throws XMLStreamException {
        line();
        xml.writeStartElement(name);
        attributes(attributes);
        depth++;
        inside.write();
        depth--;
        line();
        xml.writeEndElement();
    }

    /** An element with attributes only. */
    void empty(String name, Object... attributes) throws XMLStreamException {
        line();
        xml.writeEmptyElement(name);
        attributes(attributes);
    }

    /** An element with a text. */
    void text(String name, String text, Object... attributes) throws XMLStreamException {
        line();
        xml.writeStartElement(name);
        attributes(attributes);
        xml.writeCharacters(text);
        xml.writeEndElement();
    }

    private void attributes(Object... attributes) throws XMLStreamException {
        for (int i = 0; i < attributes.length; i += 2) {
            xml.writeAttribute(attributes[i].toString(), attributes[i + 1].toString());
        }
    }

    private void line() throws XMLStreamException {
        xml.writeCharacters("\n" + "  ".repeat(depth));
    }
}
