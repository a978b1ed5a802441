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

    synchronized Mailbox open(String document) {
        if (byDocument.size() >= capacity) {
            byDocument.remove(byDocument.keySet().iterator().next());
        }
        Mailbox mailbox = new Mailbox(true);
        byDocument.put(document, mailbox);
        return mailbox;
    }

    synchronized Optional<Mailbox> find(String document) {
        return Optional.ofNullable(byDocument.get(document));
    }
}
