package io.inkstream.modelserver.hand;

import static java.util.Objects.requireNonNull;

import io.inkstream.modelserver.compositing.PenGlyph;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Keeps what was drawn of long lines that were broken off, so that who asks again does not begin at the first letter, and
 * comes to an end however short its patience is. What it holds never shows in a drawing. Bounded; thread-safe.
 *
 * <p>Where there is no room, who came first keeps its place, for a while: else many long lines would push each other out.
 */
final class UnfinishedLines {
    private static final Duration KEPT = Duration.ofMinutes(10);
    private static final int FORM_BYTES = 80;

    private final long maxBytes;
    private final LongSupplier nanos;
    // Guarded by this, the one kept first is first:
    private final Map<Line, Begun> begun = new LinkedHashMap<>();
    private long bytes;

    /** What a line is known by; equal ones have equal forms. */
    record Line(String sha256, String style, long seed, List<Hand.Form> forms) {}

    private record Begun(List<PenGlyph> forms, long bytes, long keptNanos) {}

    /** @param nanos monotonic clock */
    UnfinishedLines(long maxBytes, LongSupplier nanos) {
        this.maxBytes = maxBytes;
        this.nanos = requireNonNull(nanos, "nanos");
    }

    /** The first forms of a line, which are not kept any more; empty for one that is not begun. */
    synchronized List<PenGlyph> take(Line line) {
        Begun taken = begun.remove(line);
        if (taken == null) {
            return List.of();
        }
        bytes -= taken.bytes();
        return taken.forms();
    }

    /** Keeps the first forms of a line if there is room. */
    synchronized void keep(Line line, List<PenGlyph> forms) {
        if (forms.isEmpty()) {
            return;
        }
        take(line);
        long now = nanos.getAsLong();
        Iterator<Begun> oldest = begun.values().iterator();
        while (oldest.hasNext()) {
            Begun one = oldest.next();
            if (now - one.keptNanos() > KEPT.toNanos()) {
                bytes -= one.bytes();
                oldest.remove();
            }
        }
        long needed = (long) FORM_BYTES * line.forms().size()
                + forms.stream().mapToLong(PenGlyph::weightBytes).sum();
        if (bytes + needed <= maxBytes) {
            begun.put(line, new Begun(List.copyOf(forms), needed, now));
            bytes += needed;
        }
    }
}
