package io.inkstream.modelserver.hand;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.inkstream.modelserver.compositing.PenGlyph;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;

/**
 * Letter forms of hands by least recent use, never more than the given bytes; callers that miss the same form at the same
 * time compute it once. What it holds never shows in a drawing. Thread-safe.
 */
public final class HandCache {
    private static final int ENTRY_BYTES = 250;

    private final AsyncCache<Hand.Key, PenGlyph> forms;

    /** @param maxBytes bound of the cached forms; 0 caches nothing */
    public HandCache(long maxBytes) {
        if (maxBytes < 0) {
            throw new IllegalArgumentException("a cache holds 0 bytes or more, got " + maxBytes);
        }
        forms = Caffeine.newBuilder()
                .maximumWeight(maxBytes)
                .<Hand.Key, PenGlyph>weigher((key, form) -> ENTRY_BYTES + form.weightBytes())
                .executor(Runnable::run)
                .buildAsync();
    }

    /**
     * The forms of the keys; what is missing is computed in the calling thread by one call of {@code compute}.
     *
     * @throws RuntimeException what this caller's own {@code compute} throws; the failure of another caller who computed a
     *     shared form is not passed on, the form is computed here then
     */
    Map<Hand.Key, PenGlyph> get(List<Hand.Key> keys, Function<List<Hand.Key>, List<PenGlyph>> compute) {
        while (true) {
            boolean[] computedHere = new boolean[1];
            try {
                return forms.getAll(keys, (missing, executor) -> {
                            computedHere[0] = true;
                            return compute(List.copyOf(missing), compute);
                        })
                        .join();
            } catch (CompletionException e) {
                if (computedHere[0] && e.getCause() instanceof FailedHere failed && failed.compute == compute) {
                    throw failed.cause;
                }
            }
        }
    }

    /** Approximate bytes of the forms now held. */
    public long bytes() {
        return forms.synchronous()
                .policy()
                .eviction()
                .orElseThrow()
                .weightedSize()
                .orElse(0);
    }

    private static CompletableFuture<Map<Hand.Key, PenGlyph>> compute(
            List<Hand.Key> missing, Function<List<Hand.Key>, List<PenGlyph>> compute) {
        try {
            List<PenGlyph> drawn = compute.apply(missing);
            Map<Hand.Key, PenGlyph> forms = new HashMap<>();
            for (int i = 0; i < drawn.size(); i++) {
                forms.put(missing.get(i), drawn.get(i));
            }
            return CompletableFuture.completedFuture(forms);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(new FailedHere(e, compute));
        }
    }

    /** Tells one's own failure from that of a caller whose forms one waited for. */
    private static final class FailedHere extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final RuntimeException cause;
        private final transient Object compute;

        FailedHere(RuntimeException cause, Object compute) {
            super(cause);
            this.cause = cause;
            this.compute = compute;
        }
    }
}
