package io.inkstream.trainer.dataset;

import io.inkstream.schemas.avro.GlyphSample;
import io.inkstream.schemas.avro.Split;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/** Small data sets for tests. */
public final class Fixtures {
    private Fixtures() {}

    /** A stroke twice as tall as wide, somewhat different each time: as letters are. */
    static byte[] tall(Random random) {
        byte[] image = new byte[784];
        int left = 9 + random.nextInt(3);
        for (int row = 4; row < 24; row++) {
            for (int column = left; column < left + 7; column++) {
                image[row * 28 + column] = (byte) (200 + random.nextInt(56));
            }
        }
        return image;
    }

    static byte[] idxImages(List<byte[]> images, int rows, int columns) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(2051);
        out.writeInt(images.size());
        out.writeInt(rows);
        out.writeInt(columns);
        for (byte[] image : images) {
            out.write(image);
        }
        return bytes.toByteArray();
    }

    static byte[] idxBytes(int... values) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(2049);
        out.writeInt(values.length);
        for (int value : values) {
            out.writeByte(value);
        }
        return bytes.toByteArray();
    }

    static byte[] idxInts(int... values) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(0x0C01);
        out.writeInt(values.length);
        for (int value : values) {
            out.writeInt(value);
        }
        return bytes.toByteArray();
    }

    /** Writes images and labels; returns the images file. */
    static Path idx(Path folder, String prefix, List<byte[]> images, int... labels) throws IOException {
        Path file = folder.resolve(prefix + "images-idx3-ubyte");
        Files.write(file, idxImages(images, 28, 28));
        Files.write(folder.resolve(prefix + "labels-idx1-ubyte"), idxBytes(labels));
        return file;
    }

    /** Deletes a flat folder: jqwik has no temporary folders of its own. */
    static void delete(Path folder) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }

    public static GlyphSample sample(String character, int seed) {
        return GlyphSample.newBuilder()
                .setCharacter(character)
                .setImage(ByteBuffer.wrap(tall(new Random(seed))))
                .setWriter("test/" + seed % 3)
                .setSource("test")
                .setSplit(seed % 5 == 0 ? Split.TEST : Split.TRAIN)
                .setSupport(seed % 2 == 0 ? null : seed % 256)
                .build();
    }
}
