package io.inkstream.trainer.dataset;

import io.inkstream.schemas.alphabet.Graphemes;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Reads a folder that has a folder of images for each character, named by the character's decimal code ({@code 65}) or,
 * where the file system allows, the character itself ({@code A}). Images are 28 x 28, or are made so, dark on light or light
 * on dark.
 */
final class ImageFolderReader implements SampleReader {
    private final Path folder;
    private final SampleMaker maker;
    private final PictureScale scale;
    private final List<String> findings;

    private ImageFolderReader(Path folder, SampleMaker maker, PictureScale scale) {
        this.folder = folder;
        this.maker = maker;
        this.scale = scale;
        this.findings = List.of("a folder of images for each character", maker.finding());
    }

    static ImageFolderReader open(Path folder, ImportOptions options) {
        return new ImageFolderReader(folder, SampleMaker.of(folder, options), options.scale());
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

    private byte[] read(Path file, FaultSink faults) {
        if (!Files.isRegularFile(file)) {
            faults.fault(file, "whole file", "no ordinary file");
            return null;
        }
        byte[] image;
        try {
            image = PictureFile.read(file, scale);
        } catch (IOException e) {
            faults.fault(file, "whole file", e.getMessage());
            return null;
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
