package io.inkstream.trainer.dataset;

import io.inkstream.schemas.alphabet.Graphemes;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Numbers the characters that a model knows from 0 to {@link #size()} - 1, in one fixed order. A character is a grapheme in
 * NFC, see {@link Graphemes#isClass}. Immutable.
 */
public final class CharacterClasses {
    /** The 94 printable ASCII characters, {@code '!'} (33) to {@code '~'} (126); class index = code - 33. */
    public static final CharacterClasses PRINTABLE_ASCII = new CharacterClasses(
            IntStream.rangeClosed('!', '~').mapToObj(Character::toString).collect(Collectors.joining()));

    private final List<String> characters;
    private final Map<String, Integer> indices = new HashMap<>();

    /**
     * Numbers the graphemes of a string by their places in it.
     *
     * @throws IllegalArgumentException if there is none, or one twice, or one that cannot be a class
     */
    public CharacterClasses(String characters) {
        this(Graphemes.split(characters));
    }

    private CharacterClasses(List<String> characters) {
        this.characters = List.copyOf(characters);
        for (String character : this.characters) {
            if (!Graphemes.isClass(character) || indices.putIfAbsent(character, indices.size()) != null) {
                throw new IllegalArgumentException("characters must be distinct and visible, '" + character + "' of '"
                        + characters() + "' is not");
            }
        }
        if (characters.isEmpty()) {
            throw new IllegalArgumentException("there must be at least one character");
        }
    }

    /** The printable ASCII characters, and after them the others that are given, by their code points. */
    static CharacterClasses asciiAnd(Collection<String> others) {
        SortedSet<String> sorted = new TreeSet<>(others);
        sorted.removeAll(PRINTABLE_ASCII.characters);
        return new CharacterClasses(PRINTABLE_ASCII.characters() + String.join("", sorted));
    }

    /** Those of some indices, in the order of the indices. */
    public CharacterClasses only(IntStream indices) {
        return new CharacterClasses(indices.mapToObj(characters::get).toList());
    }

    /** All of them in one string, in their order; numbered anew they are the same. */
    public String characters() {
        return String.join("", characters);
    }

    /** Returns how many classes there are. */
    public int size() {
        return characters.size();
    }

    /** Returns the class index of a character, or -1 when it is not known. */
    public int indexOf(String character) {
        return indices.getOrDefault(character, -1);
    }

    /** Returns the character of a class index in 0 .. size - 1. */
    public String characterAt(int index) {
        return characters.get(index);
    }

    /** Whether a class is a letter or a digit, with marks or without. */
    public boolean isLetterOrDigit(int index) {
        return Character.isLetterOrDigit(characters.get(index).codePointAt(0));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CharacterClasses that && characters.equals(that.characters);
    }

    @Override
    public int hashCode() {
        return characters.hashCode();
    }

    @Override
    public String toString() {
        return characters();
    }
}
