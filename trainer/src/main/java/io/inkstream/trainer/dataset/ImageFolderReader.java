package io.inkstream.trainer.dataset;

import io.inkstream.schemas.alphabet.Graphemes;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/**
 * Reads a folder that has a folder of images for each character, named by the character's decimal code ({@code 65}) or,
 * where the file system allows, the character itself ({@code A}). Images are 28 x 28, dark on light or light on dark.
 */
final class ImageFolderReader implements SampleReader {
    private static final int SIDE = SampleSet.SIDE_PX;

    private final Path folder;
    private final SampleMaker maker;
    private final List<String> findings;

    private ImageFolderReader(Path folder, SampleMaker maker) {
        this.folder = folder;
        this.maker = maker;
        this.findings = List.of("a folder of images for each character", maker.finding());
    }

    static ImageFolderReader open(Path folder, ImportOptions options) {
        return new ImageFolderReader(folder, SampleMaker.of(folder, options));
    }

    /** Whether the folder has a folder that names a character. */
    static boolean isOne(Path folder) throws IOException {
        return children(folder).stream().anyMatch(child -> Files.isDirectory(child) && characterOf(child) != null);
    }

    @Override
    public Path file() {
        return folder;
    }

    @Override
    public List<String> findings() {
        return findings;
    }

    @Override
    public <E extends Exception> void read(SampleSink<E> samples, FaultSink faults) throws IOException, E {
        for (Path characterFolder : children(folder)) {
            if (!Files.isDirectory(characterFolder)) {
                continue;
            }
            String character = characterOf(characterFolder);
            if (character == null) {
                faults.fault(characterFolder, "its name", "neither a character nor a character's code");
                continue;
            }
            List<Path> files = children(characterFolder);
            if (files.isEmpty()) {
                faults.fault(characterFolder, "class '" + character + "'", "no images in it");
            }
            for (Path file : files) {
                byte[] image = read(file, faults);
                if (image != null) {
                    maker.make(character, image, null, null, samples);
                }
            }
        }
    }

    private static byte[] read(Path file, FaultSink faults) {
        if (!Files.isRegularFile(file)) {
            faults.fault(file, "whole file", "no ordinary file");
            return null;
        }
        BufferedImage picture;
        try {
            picture = picture(file);
        } catch (OtherSizeException e) {
            faults.fault(file, "whole file", e.getMessage());
            return null;
        } catch (IOException | RuntimeException e) {
            // ImageIO's readers throw unchecked exceptions on some damaged files.
            faults.fault(file, "whole file", "not a readable image: " + e.getMessage());
            return null;
        }
        if (picture == null) {
            faults.fault(file, "whole file", "no image that is known here (PNG, GIF, BMP, JPEG)");
            return null;
        }
        byte[] image = new byte[SampleSet.PIXELS];
        for (int i = 0; i < image.length; i++) {
            image[i] = (byte) grey(picture, i % SIDE, i / SIDE);
        }
        if (IdxReader.borderMean(image) > 128) {
            image = IdxReader.invert(image);
        }
        if (IdxReader.isBlank(image)) {
            faults.fault(file, "whole file", "no ink in it");
            return null;
        }
        return image;
    }

    private static final class OtherSizeException extends IOException {
        private static final long serialVersionUID = 1L;

        OtherSizeException(int width, int height) {
            super(width + " x " + height + " pixels; only " + SIDE + " x " + SIDE + " is imported");
        }
    }

    /** Null of a file of another kind. The head is looked at first: a small file may unpack to gigabytes. */
    private static BufferedImage picture(Path file) throws IOException {
        try (ImageInputStream in = ImageIO.createImageInputStream(file.toFile())) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
            if (!readers.hasNext()) {
                return null;
            }
            ImageReader reader = readers.next();
            try {
                reader.setInput(in, true, true);
                if (reader.getWidth(0) != SIDE || reader.getHeight(0) != SIDE) {
                    throw new OtherSizeException(reader.getWidth(0), reader.getHeight(0));
                }
                return reader.read(0);
            } finally {
                reader.dispose();
            }
        }
    }

    private static int grey(BufferedImage picture, int x, int y) {
        if (picture.getType() == BufferedImage.TYPE_BYTE_GRAY) {
            // getRGB would bend it: Java takes grey pictures for linear light.
            return picture.getRaster().getSample(x, y, 0);
        }
        int argb = picture.getRGB(x, y);
        int alpha = argb >>> 24;
        int grey = (299 * (argb >> 16 & 0xff) + 587 * (argb >> 8 & 0xff) + 114 * (argb & 0xff) + 500) / 1000;
        // What is transparent is paper, and most such pictures are dark on nothing.
        return (grey * alpha + 255 * (255 - alpha)) / 255;
    }

    private static String characterOf(Path folder) {
        // Some file systems keep names in NFD.
        String name = Graphemes.normal(DataFiles.name(folder));
        if (Graphemes.isClass(name) && !Character.isDigit(name.codePointAt(0))) {
            return name;
        }
        try {
            int code = Integer.parseInt(name);
            String character = Character.isValidCodePoint(code) ? Character.toString(code) : "";
            // Below the printable characters a number is rather a label than a code: '7' says too little.
            return Graphemes.isClass(character) ? character : null;
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private static List<Path> children(Path folder) throws IOException {
        List<Path> children = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
            for (Path child : stream) {
                if (!DataFiles.name(child).startsWith(".")) {
                    children.add(child);
                }
            }
        }
        // The same order on every machine.
        children.sort(Comparator.comparing(DataFiles::name));
        return children;
    }
}
