package io.inkstream.trainer.text;

import com.ibm.icu.text.BreakIterator;
import com.ibm.icu.util.ULocale;
import io.inkstream.schemas.alphabet.Graphemes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Sentences of somebody's texts, each once, as they stand: with their punctuation, their white space made single spaces.
 *
 * @param sentences in the order of the texts
 * @param tooLong how many were left out, being longer than asked for
 * @param files how many files they are of
 * @see <a href="https://www.unicode.org/reports/tr29/#Sentence_Boundaries">Unicode Standard Annex 29, sentence boundaries</a>
 */
public record Corpus(List<String> sentences, int tooLong, int files) {
    private static final long MOST_BYTES = 256L << 20;
    private static final Pattern PARAGRAPHS = Pattern.compile("\\R\\s*\\R");
    private static final Pattern SPACE = Pattern.compile("[\\s\\p{Z}]+");

    public Corpus {
        sentences = List.copyOf(sentences);
    }

    /**
     * Reads text files, and those of folders, all that end in {@code .txt}.
     *
     * @param longest most graphemes of a sentence
     * @throws IOException naming the file, if one cannot be read or is no UTF-8 text, or nothing is left
     */
    public static Corpus read(List<Path> paths, Locale language, int longest) throws IOException {
        List<Path> files = files(paths);
        Set<String> sentences = new LinkedHashSet<>();
        int tooLong = 0;
        for (Path file : files) {
            for (String sentence : split(text(file), language)) {
                if (Graphemes.split(sentence).size() <= longest) {
                    sentences.add(sentence);
                } else {
                    tooLong++;
                }
            }
        }
        if (sentences.isEmpty()) {
            throw new IOException(paths + " "
                    + (tooLong > 0
                            ? "have no sentence of at most " + longest + " characters, " + tooLong + " longer ones"
                            : "have no sentence in " + files.size() + " files; a folder's are those that end in .txt"));
        }
        return new Corpus(List.copyOf(sentences), tooLong, files.size());
    }

    private static String text(Path file) throws IOException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes((int) MOST_BYTES + 1);
        }
        if (bytes.length > MOST_BYTES) {
            throw new IOException(file + " has more than " + MOST_BYTES + " bytes: cut it into several files");
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IOException(file + " is not UTF-8 text", e);
        }
    }

    /**
     * The paragraphs of text files, and of those of folders, all that end in {@code .txt}: their white space made single spaces.
     *
     * @throws IOException naming the file, if one cannot be read or is no UTF-8 text
     */
    public static List<String> paragraphs(List<Path> paths) throws IOException {
        List<String> paragraphs = new ArrayList<>();
        for (Path file : files(paths)) {
            paragraphs.addAll(paragraphs(text(file)));
        }
        return paragraphs;
    }

    /** The paragraphs of a text: their white space made single spaces. */
    public static List<String> paragraphs(String text) {
        List<String> paragraphs = new ArrayList<>();
        for (String paragraph : PARAGRAPHS.split(text)) {
            String line =
                    Graphemes.normal(SPACE.matcher(paragraph).replaceAll(" ").strip());
            if (!line.isEmpty()) {
                paragraphs.add(line);
            }
        }
        return paragraphs;
    }

    private static List<Path> files(List<Path> paths) throws IOException {
        List<Path> files = new ArrayList<>();
        for (Path path : paths) {
            if (Files.isDirectory(path)) {
                try (Stream<Path> found = Files.walk(path)) {
                    found.filter(file -> file.toString().endsWith(".txt"))
                            .sorted()
                            .forEach(files::add);
                }
            } else {
                files.add(path);
            }
        }
        return files;
    }

    /** The sentences of a text; those that have no letter and no digit are none. */
    public static List<String> split(String text, Locale language) {
        List<String> sentences = new ArrayList<>();
        BreakIterator breaks = BreakIterator.getSentenceInstance(ULocale.forLocale(language));
        for (String paragraph : PARAGRAPHS.split(text)) {
            String line = SPACE.matcher(paragraph).replaceAll(" ").strip();
            breaks.setText(line);
            int start = 0;
            for (int end = breaks.next(); end != BreakIterator.DONE; end = breaks.next()) {
                // "Oh dear!" she said: the annex ends a sentence there, people do not.
                boolean goesOn = end < line.length() && Character.isLowerCase(line.codePointAt(end));
                if (goesOn) {
                    continue;
                }
                String sentence = Graphemes.normal(line.substring(start, end).strip());
                if (sentence.codePoints().anyMatch(Character::isLetterOrDigit)) {
                    sentences.add(sentence);
                }
                start = end;
            }
        }
        return sentences;
    }
}
