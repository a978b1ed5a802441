package io.inkstream.trainer.dataset;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What an import found.
 *
 * @param files each file or folder, in the order of reading
 * @param samples usable samples, those that occur more than once counted each time
 * @param distinct usable samples by content
 * @param train how many of {@code samples} are for training
 * @param test how many are for tests
 * @param writers writers that are known
 * @param perCharacter samples by character
 * @param faulty samples that were left out
 * @param faults the first of them, {@value #FAULTS_NAMED} at most: file, place and reason
 */
public record ImportReport(
        List<FileReport> files,
        long samples,
        long distinct,
        long train,
        long test,
        int writers,
        Map<String, Long> perCharacter,
        long faulty,
        List<String> faults) {
    public static final int FAULTS_NAMED = 20;

    /**
     * One file or folder.
     *
     * @param findings what was found out: mapping, orientation and why, split, what lies beside it
     */
    public record FileReport(Path file, List<String> findings, long samples, long faulty) {
        public FileReport {
            findings = List.copyOf(findings);
        }
    }

    public ImportReport {
        files = List.copyOf(files);
        perCharacter = java.util.Collections.unmodifiableMap(new TreeMap<>(perCharacter));
        faults = List.copyOf(faults);
    }
}
