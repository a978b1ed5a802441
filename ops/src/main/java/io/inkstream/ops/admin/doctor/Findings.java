package io.inkstream.ops.admin.doctor;

import static java.util.Objects.requireNonNull;

import io.inkstream.ops.client.Words;
import io.inkstream.schemas.Limits;
import java.util.ArrayList;
import java.util.List;

/** What one check has found so far; what it says goes on one line and is of bounded length. Safe for use by several threads. */
public final class Findings {
    private final String part;
    private final List<Finding> all = new ArrayList<>();

    Findings(String part) {
        this.part = requireNonNull(part, "part");
    }

    void ok(String what) {
        add(Finding.Level.OK, what, "");
    }

    void warning(String what, String remedy) {
        add(Finding.Level.WARNING, what, remedy);
    }

    void problem(String what, String remedy) {
        add(Finding.Level.PROBLEM, what, remedy);
    }

    void unreachable(String what, String remedy) {
        add(Finding.Level.UNREACHABLE, what, remedy);
    }

    /** The worst so far; {@code OK} where there is nothing. */
    synchronized Finding.Level worst() {
        return all.stream().map(Finding::level).max(Enum::compareTo).orElse(Finding.Level.OK);
    }

    synchronized List<Finding> all() {
        return List.copyOf(all);
    }

    private synchronized void add(Finding.Level level, String what, String remedy) {
        all.add(new Finding(level, part, Words.onOneLine(what, Limits.MESSAGE_CHARS), remedy));
    }
}
