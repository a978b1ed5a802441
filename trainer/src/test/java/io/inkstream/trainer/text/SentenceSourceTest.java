package io.inkstream.trainer.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SentenceSourceTest {
    @TempDir
    private Path folder;

    private Path file(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    @Test
    void sentencesKeepTheirPunctuationAndLoseTheirLineEnds() {
        assertThat(Corpus.split(
                        "\"Oh dear!\" she said,\nand ran. Was it\ttrue?\n\n * * *\n\nChapter 2", Locale.ENGLISH))
                .containsExactly("\"Oh dear!\" she said, and ran.", "Was it true?", "Chapter 2");
        assertThat(Corpus.split("¿Quién? Él. Cafe\u0301 no.", Locale.forLanguageTag("es")))
                .containsExactly("¿Quién?", "Él.", "Café no.");
    }

    @Test
    void foldersAreReadAndLongSentencesCounted() throws Exception {
        file("books/a/one.txt", "Short one. This one is far too long to be taken.");
        file("books/two.txt", "Short one. Another.");
        file("books/notes.md", "Not read.");

        Corpus corpus = Corpus.read(List.of(folder.resolve("books")), Locale.ENGLISH, 12);

        assertThat(corpus.sentences()).containsExactly("Short one.", "Another.");
        assertThat(corpus.tooLong()).isEqualTo(1);
        assertThat(corpus.files()).isEqualTo(2);
    }

    @Test
    void whatHasNoSentenceIsNamed() throws Exception {
        Path empty = file("empty.txt", "\n--\n");
        Path binary = Files.write(folder.resolve("binary.txt"), new byte[] {(byte) 0xff, 0x41});
        Path latin = Files.write(folder.resolve("latin.txt"), "Café.".getBytes(StandardCharsets.ISO_8859_1));

        for (Path bad : List.of(empty, binary, latin, folder.resolve("missing.txt"))) {
            assertThatThrownBy(() -> Corpus.read(List.of(bad), Locale.ENGLISH, 80))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(bad.getFileName().toString());
        }
        assertThatThrownBy(() -> Corpus.read(List.of(file("long.txt", "Much too long.")), Locale.ENGLISH, 3))
                .hasMessageContaining("at most 3 characters, 1 longer");
    }

    @Test
    void aSeedGivesTheSameSentencesAndABalancedSourceMoreRareCharacters() {
        List<String> sentences = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            sentences.add("An ordinary sentence, number " + i % 10 + " of many.");
        }
        sentences.add("A lazy fox quickly jumps.");
        Corpus corpus = new Corpus(sentences, 0, 1);

        List<String> one = draw(new SentenceSource(corpus, true, 7), 200);
        assertThat(draw(new SentenceSource(corpus, true, 7), 200)).isEqualTo(one);
        assertThat(draw(new SentenceSource(corpus, true, 8), 200)).isNotEqualTo(one);

        SentenceSource balanced = new SentenceSource(corpus, true, 7);
        SentenceSource plain = new SentenceSource(corpus, false, 7);
        draw(balanced, 2_000);
        draw(plain, 2_000);
        assertThat(balanced.perMillion().get("z"))
                .isGreaterThan(4 * plain.perMillion().getOrDefault("z", 0.0));
        assertThat(plain.perMillion().values().stream()
                        .mapToDouble(Double::doubleValue)
                        .sum())
                .isBetween(999_999.0, 1_000_001.0);
    }

    private static List<String> draw(SentenceSource source, int count) {
        List<String> drawn = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            drawn.add(source.next());
        }
        return drawn;
    }
}
