package io.inkstream.modelserver.hand;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.inkstream.modelserver.compositing.PenGlyph;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
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
        AtomicReference<RuntimeException> ownFailure = new AtomicReference<>();
        while (true) {
            try {
                return forms.getAll(keys, (missing, executor) -> load(List.copyOf(missing), compute, ownFailure))
                        .join();
            } catch (CancellationException | CompletionException e) {
                if (ownFailure.get() != null) {
                    throw ownFailure.get();
                }
                // Somebody else's forms failed with their request. They are gone from the cache: this request draws
                // them.
            }
        }
    }

    private static CompletableFuture<Map<Hand.Key, PenGlyph>> load(
            List<Hand.Key> missing,
            Function<List<Hand.Key>, List<PenGlyph>> compute,
            AtomicReference<RuntimeException> failure) {
        try {
            List<PenGlyph> drawn = compute.apply(missing);
            Map<Hand.Key, PenGlyph> loaded = new HashMap<>();
            for (int i = 0; i < drawn.size(); i++) {
                loaded.put(missing.get(i), drawn.get(i));
            }
            return CompletableFuture.completedFuture(loaded);
        } catch (RuntimeException e) {
            failure.set(e);
            // The cache logs every other exception, and this one is the caller's to log.
            return CompletableFuture.failedFuture(new CancellationException());
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
}
