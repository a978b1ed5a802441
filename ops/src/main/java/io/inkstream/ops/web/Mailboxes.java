package io.inkstream.ops.web;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The mailboxes of the latest documents; the oldest goes when there are too many. Safe for many threads. */
final class Mailboxes {
    private final int capacity;
    private final Map<String, Mailbox> byDocument = new LinkedHashMap<>();

    Mailboxes(int capacity) {
        this.capacity = capacity;
    }

    /** @param pages whether the document asks for pages */
    synchronized Mailbox open(String document, boolean pages) {
        if (byDocument.size() >= capacity) {
            byDocument.remove(byDocument.keySet().iterator().next());
        }
        Mailbox mailbox = new Mailbox(pages);
        byDocument.put(document, mailbox);
        return mailbox;
    }

    synchronized void remove(String document) {
        byDocument.remove(document);
    }

    synchronized Optional<Mailbox> find(String document) {
        return Optional.ofNullable(byDocument.get(document));
    }
}
