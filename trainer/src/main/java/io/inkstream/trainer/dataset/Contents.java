package io.inkstream.trainer.dataset;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;

/** What a set of samples holds, in eight bytes a sample: tells how many have come and gone between two sets. Never changes. */
public final class Contents {
    private final long[] sorted;

    private Contents(long[] sorted) {
        this.sorted = sorted;
    }

    /** Looks at all that a training learns from: character, image, writer, support, source and split. */
    public static Contents of(CollectedSamples collected) {
        SampleSet samples = collected.samples();
        long[] prints = new long[samples.size()];
        MessageDigest digest = ContentId.sha256();
        for (int i = 0; i < prints.length; i++) {
            int writer = samples.writer(i);
            String line = samples.classes().characterAt(samples.label(i)) + "\t" + samples.split(i) + "\t"
                    + samples.support(i) + "\t"
                    + (writer == SampleSet.UNKNOWN_WRITER
                            ? ""
                            : collected.writers().get(writer))
                    + "\t" + samples.source(i) + "\n";
            digest.update(line.getBytes(StandardCharsets.UTF_8));
            samples.addImageTo(digest, i);
            prints[i] = ByteBuffer.wrap(digest.digest()).getLong();
        }
        Arrays.sort(prints);
        return new Contents(prints);
    }

    /** Reads what {@link #writeTo} wrote. */
    public static Contents readFrom(DataInputStream in) throws IOException {
        int size = in.readInt();
        if (size < 0 || size > in.available() / Long.BYTES) {
            throw new IOException(size + " samples are announced where " + in.available() + " bytes are left");
        }
        long[] prints = new long[size];
        for (int i = 0; i < size; i++) {
            prints[i] = in.readLong();
        }
        return new Contents(prints);
    }

    /** Writes it for {@link #readFrom}. */
    public void writeTo(DataOutputStream out) throws IOException {
        out.writeInt(sorted.length);
        for (long print : sorted) {
            out.writeLong(print);
        }
    }

    /** How many samples are in one of the two and not in the other; one that is replaced by another counts twice. */
    public long changesTo(Contents other) {
        long changes = 0;
        int i = 0;
        int j = 0;
        while (i < sorted.length && j < other.sorted.length) {
            int order = Long.compare(sorted[i], other.sorted[j]);
            changes += order == 0 ? 0 : 1;
            i += order <= 0 ? 1 : 0;
            j += order >= 0 ? 1 : 0;
        }
        return changes + (sorted.length - i) + (other.sorted.length - j);
    }
}
