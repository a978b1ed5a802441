package io.inkstream.modelserver.repository;

import static java.util.Objects.requireNonNull;

import io.inkstream.modelserver.predict.NetworkCost;
import io.inkstream.schemas.bundle.ClassSpec;
import io.inkstream.schemas.bundle.Manifest;
import java.util.function.LongSupplier;

/**
 * Says whether a version may take the memory that it needs, before any of it is taken: a process that runs out of memory
 * takes the good versions along.
 */
public final class MemoryBudget {
    /** A class with its character and look-alikes, its numbers, and its place in lists and maps. */
    private static final long CLASS_BYTES = 1_000;

    private static final long LOOKALIKE_BYTES = 16;
    private static final long STYLE_BYTES = 1_000;
    /** What the gate and the canary hold at a time, whatever the version, and a little. */
    private static final long JUDGING_BYTES = 24 << 20;
    /** A file of a network is in the bundle, beside it, as messages and as numbers. */
    private static final int COPIES = 4;
    /** Measured: what the engine takes for the file of a network, weights and plans. */
    private static final int ENGINE_COPIES = 4;
    /** Rows that the engine computes together on one core. */
    private static final int ROWS = 16;

    private final long heapBytes;
    private final long engineBytes;
    private final int cores;
    private final LongSupplier freeHeapBytes;

    /**
     * What a version needs.
     *
     * @param judgedHeapBytes of the heap while it is judged
     * @param engineBytes of the engine's own memory, outside the heap
     */
    public record Need(long judgedHeapBytes, long engineBytes) {}

    /**
     * A budget.
     *
     * @param heapBytes most heap that one version may need while it is judged
     * @param engineBytes most memory of the engine that one version may need
     * @param cores calls of the engine that run at the same time
     * @param freeHeapBytes how much heap is free now
     */
    public MemoryBudget(long heapBytes, long engineBytes, int cores, LongSupplier freeHeapBytes) {
        this.heapBytes = heapBytes;
        this.engineBytes = engineBytes;
        this.cores = cores;
        this.freeHeapBytes = requireNonNull(freeHeapBytes, "freeHeapBytes");
    }

    /** Half of this process's heap, which lines, hands and the versions that serve share with the one that is judged. */
    public static MemoryBudget ofThisProcess(long engineBytes) {
        Runtime runtime = Runtime.getRuntime();
        return new MemoryBudget(
                runtime.maxMemory() / 2,
                engineBytes,
                runtime.availableProcessors(),
                () -> runtime.maxMemory() - (runtime.totalMemory() - runtime.freeMemory()));
    }

    /** How far a bundle may inflate: more could not be judged. */
    long mostInflatedBytes() {
        return heapBytes / COPIES;
    }

    /** What a version takes of the heap for as long as it is in memory. */
    static long residentHeapBytes(Manifest manifest) {
        long lookalikes = manifest.classes().stream()
                .map(ClassSpec::lookalikes)
                .mapToLong(String::length)
                .sum();
        long styles = manifest.styles().stream()
                .mapToLong(style -> STYLE_BYTES + Float.BYTES * (long) style.latent().length)
                .sum();
        return CLASS_BYTES * manifest.classes().size() + LOOKALIKE_BYTES * lookalikes + styles;
    }

    /** What a version needs, from what its manifest and the shapes of its networks say. */
    Need need(Manifest manifest, NetworkCost networks) {
        long rows = Float.BYTES * (long) ROWS * cores;
        return new Need(
                JUDGING_BYTES + COPIES * networks.fileBytes() + 2 * residentHeapBytes(manifest),
                ENGINE_COPIES * networks.fileBytes() + rows * networks.valuesPerRow());
    }

    /**
     * Lets pass what may be taken now.
     *
     * @throws RejectedModelException if it is more than this server ever gives
     * @throws NotNowException if it is more than is free at this moment
     */
    void check(Need need) throws RejectedModelException {
        if (need.engineBytes() > engineBytes) {
            throw new RejectedModelException("its networks need about " + need.engineBytes()
                    + " bytes to run, this server gives a version at most " + engineBytes
                    + " (inkstream.model.server.max.model.memory.bytes)");
        }
        if (need.judgedHeapBytes() > heapBytes) {
            throw new RejectedModelException("judging it needs about " + need.judgedHeapBytes()
                    + " bytes of heap, this server gives a version at most " + heapBytes + " (half of -Xmx)");
        }
        if (need.judgedHeapBytes() > freeHeapBytes.getAsLong()) {
            System.gc(); // what is garbage counts as taken until it is collected; this is rare, and costs less than
            // an end
            long free = freeHeapBytes.getAsLong();
            if (need.judgedHeapBytes() > free) {
                throw new NotNowException("judging it needs about " + need.judgedHeapBytes() + " bytes of heap, " + free
                        + " are free now");
            }
        }
    }
}
