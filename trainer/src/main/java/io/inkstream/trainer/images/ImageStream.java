package io.inkstream.trainer.images;

import static java.util.Objects.requireNonNull;

import io.inkstream.trainer.dataset.PictureFile;
import io.inkstream.trainer.dataset.PictureScale;
import io.inkstream.trainer.nn.Streams;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives the images of a folder one after the other without end, every epoch in another order, which the seed alone decides.
 * A thread of its own reads ahead, and at most {@link #AHEAD} images are in memory, however many there are.
 */
public final class ImageStream implements Supplier<byte[]>, AutoCloseable {
    /** Images that are read before they are asked for. */
    public static final int AHEAD = 256;

    private static final Logger LOG = LoggerFactory.getLogger(ImageStream.class);
    private static final long PATIENCE_SECONDS = 120;

    private final List<Path> files;
    private final PictureScale scale;
    private final long seed;
    private final BlockingQueue<byte[]> ahead = new ArrayBlockingQueue<>(AHEAD);
    private final Thread reader;
    private volatile boolean isClosed;
    private volatile String trouble;

    /**
     * Begins to read.
     *
     * @param files that can be read
     * @param from how many images were given before, by a stream of the same files and seed
     */
    public ImageStream(List<Path> files, PictureScale scale, long seed, long from) {
        if (files.isEmpty() || from < 0) {
            throw new IllegalArgumentException("need a file and a place, got " + files.size() + " and " + from);
        }
        this.files = List.copyOf(files);
        this.scale = requireNonNull(scale, "scale");
        this.seed = seed;
        this.reader = new Thread(() -> readFrom(from), "image-reader");
        reader.setDaemon(true);
        reader.start();
    }

    /**
     * The next image, ink [784]: 255 where it is black.
     *
     * @throws IllegalStateException if the images cannot be read any more
     */
    @Override
    public byte[] get() {
        try {
            byte[] next = ahead.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (next == null) {
                throw new IllegalStateException(
                        trouble != null ? trouble : "no image could be read for " + PATIENCE_SECONDS + " s");
            }
            if (next.length == 0) {
                ahead.add(next); // whoever asks again hears the same
                throw new IllegalStateException(trouble);
            }
            return next;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for an image", e);
        }
    }

    @Override
    public void close() {
        isClosed = true;
        reader.interrupt();
    }

    private void readFrom(long from) {
        try {
            long epoch = from / files.size();
            int place = (int) (from % files.size());
            while (!isClosed) {
                int[] order = order(epoch);
                int read = 0;
                for (int i = place; i < order.length && !isClosed; i++) {
                    byte[] image = read(files.get(order[i]));
                    if (image != null) {
                        ahead.put(image);
                        read++;
                    }
                }
                if (read == 0 && place == 0) {
                    trouble = "none of the " + files.size() + " images can be read any more";
                    ahead.put(new byte[0]);
                    return;
                }
                place = 0;
                epoch++;
            }
        } catch (InterruptedException e) {
            LOG.debug("The stream of images was closed.");
        }
    }

    private byte[] read(Path file) {
        try {
            byte[] image = PictureFile.read(file, scale);
            for (int i = 0; i < image.length; i++) {
                image[i] = (byte) ~image[i]; // ink, not light
            }
            return image;
        } catch (IOException e) {
            LOG.warn("{} cannot be read any more ({}) and is passed over.", file, e.getMessage());
            return null;
        }
    }

    /** A shuffle of the files. */
    private int[] order(long epoch) {
        RandomGenerator random = Streams.named(seed, "image-epoch", epoch);
        int[] order = new int[files.size()];
        for (int i = 0; i < order.length; i++) {
            int other = random.nextInt(i + 1);
            order[i] = order[other];
            order[other] = i;
        }
        return order;
    }
}
