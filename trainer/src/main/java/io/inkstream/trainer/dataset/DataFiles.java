package io.inkstream.trainer.dataset;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

/** How files of a data set are named and opened. */
final class DataFiles {
    private static final Pattern IMAGES = Pattern.compile("images([-.])idx3[-.]ubyte");
    private static final Pattern STROKES = Pattern.compile("(-strokes)?\\.jsonl(\\.gz)?$");

    private static final Pattern SOURCE_AND_SPLIT = Pattern.compile("^(.+)-(?:train|test)-(?:images|strokes)\\b");

    private DataFiles() {}

    static boolean isIdxImages(Path file) {
        return IMAGES.matcher(name(file)).find();
    }

    static boolean isStrokes(Path file) {
        return STROKES.matcher(name(file)).find();
    }

    /** The file beside an images file that holds another part of the same samples, plain or gzip. */
    static Optional<Path> besideImages(Path images, String part, String type) {
        Matcher matcher = IMAGES.matcher(name(images));
        return matcher.find() ? existing(images, matcher.replaceFirst(part + "$1" + type)) : Optional.empty();
    }

    /** The support values of a strokes file's samples. */
    static Optional<Path> besideStrokes(Path strokes, String part) {
        return existing(strokes, STROKES.matcher(name(strokes)).replaceFirst("-" + part));
    }

    private static Optional<Path> existing(Path beside, String name) {
        String plain = name.endsWith(".gz") ? name.substring(0, name.length() - 3) : name;
        return java.util.stream.Stream.of(plain + ".gz", plain)
                .map(beside::resolveSibling)
                .filter(Files::exists)
                .findFirst();
    }

    /** Opens a file, through gzip where it is so by its first bytes. */
    static InputStream open(Path file) throws IOException {
        InputStream raw = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
        try {
            raw.mark(2);
            boolean gzip = raw.read() == 0x1f && raw.read() == 0x8b;
            raw.reset();
            return gzip ? new BufferedInputStream(new GZIPInputStream(raw, 1 << 16), 1 << 16) : raw;
        } catch (IOException e) {
            raw.close();
            throw e;
        }
    }

    /** Name of the data set that a file belongs to. */
    static String sourceOf(Path file, ImportOptions options) {
        if (options.source().isPresent()) {
            return options.source().get();
        }
        Path folder = file.toAbsolutePath().getParent();
        String parent = folder == null || folder.getFileName() == null
                ? ""
                : folder.getFileName().toString();
        for (String known : new String[] {"emnist", "unipen"}) {
            if (name(file).toLowerCase(Locale.ROOT).contains(known)
                    || parent.toLowerCase(Locale.ROOT).contains(known)) {
                return known;
            }
        }
        Matcher named = SOURCE_AND_SPLIT.matcher(name(file));
        if (named.find()) {
            return named.group(1);
        }
        return Files.isDirectory(file) || parent.isEmpty() ? name(file) : parent;
    }

    static String name(Path file) {
        Path name = file.getFileName();
        return name == null ? file.toString() : name.toString();
    }
}
