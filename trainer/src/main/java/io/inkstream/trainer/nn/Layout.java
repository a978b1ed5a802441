package io.inkstream.trainer.nn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Deals out non-overlapping slices of one flat vector, in the order of the requests.
 *
 * <p>All parameters of a network live in one {@code float[]}; so the optimiser, the moving average, the sum of the
 * workers' gradients and a checkpoint are each one loop over one array. Not thread-safe while slices are reserved.
 */
public final class Layout {
    private final List<Slice> slices = new ArrayList<>();
    private int length;

    /** Reserves the next slice. */
    public Slice reserve(String name, int... shape) {
        Slice slice = new Slice(name, length, shape);
        slices.add(slice);
        length = slice.end();
        return slice;
    }

    /** Returns how many floats the slices have together. */
    public int length() {
        return length;
    }

    /** Returns the slices in their order. */
    public List<Slice> slices() {
        return List.copyOf(slices);
    }

    /** Returns a text that differs whenever names, order or shapes differ; a checkpoint carries it. */
    public String signature() {
        StringBuilder text = new StringBuilder();
        for (Slice slice : slices) {
            text.append(slice.name()).append(Arrays.toString(slice.shape())).append(';');
        }
        return text.toString();
    }
}
