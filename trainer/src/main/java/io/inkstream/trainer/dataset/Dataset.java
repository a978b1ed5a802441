package io.inkstream.trainer.dataset;

import io.inkstream.schemas.avro.GlyphSample;
import io.inkstream.schemas.avro.Split;
import io.inkstream.schemas.topics.Topic;
import io.inkstream.trainer.kafka.TransactionalWriter;
import io.inkstream.trainer.kafka.WriteFailedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Samples on disk that have been read once from end to end and found usable. Nothing is kept in memory: each use reads
 * them again, and fails if they have changed meanwhile. For one thread.
 */
public final class Dataset {
    /** Their keys are in memory, and they are one transaction. */
    private static final long MOST_SAMPLES = 5_000_000;

    private final List<SampleReader> readers;
    private final ImportReport report;

    private Dataset(List<SampleReader> readers, ImportReport report) {
        this.readers = readers;
        this.report = report;
    }

    static Dataset validated(List<SampleReader> readers, double mostFaulty) throws IOException {
        Tally tally = new Tally();
        List<ImportReport.FileReport> files = new ArrayList<>();
        for (SampleReader reader : readers) {
            long samples = tally.samples;
            long faulty = tally.faulty;
            try {
                reader.<IOException>read(
                        (id, sample) -> {
                            tally.count(id, sample);
                            if (tally.samples > MOST_SAMPLES) {
                                throw new BadDatasetException(
                                        reader.file(),
                                        "more than " + MOST_SAMPLES + " samples in all; import them in parts");
                            }
                        },
                        tally::fault);
            } catch (BadDatasetException e) {
                throw e;
            } catch (IOException e) {
                throw new BadDatasetException(reader.file(), "cannot be read: " + e.getMessage());
            }
            samples = tally.samples - samples;
            faulty = tally.faulty - faulty;
            if (samples == 0 || faulty > mostFaulty * (samples + faulty)) {
                String first = tally.faults.isEmpty() ? "" : "; the first fault: " + tally.faults.get(0);
                throw new BadDatasetException(
                        reader.file(), faulty + " of " + (samples + faulty) + " samples are unusable" + first);
            }
            files.add(new ImportReport.FileReport(reader.file(), reader.findings(), samples, faulty));
        }
        return new Dataset(List.copyOf(readers), tally.report(files));
    }

    /** What was found. */
    public ImportReport report() {
        return report;
    }

    /**
     * Writes every sample to the topic in one transaction: readers see all of them or none.
     *
     * @return records written
     * @throws IOException if a file has changed since it was checked; nothing is written then
     * @throws WriteFailedException if the cluster does not take them; nothing is written then
     */
    public long writeTo(TransactionalWriter writer, Topic<String, GlyphSample> topic)
            throws IOException, WriteFailedException {
        writer.<IOException>write(sink -> {
            long written = 0;
            for (SampleReader reader : readers) {
                written += readAgain(reader, (id, sample) -> sink.send(topic, id, sample));
            }
            if (written != report.samples()) {
                throw new BadDatasetException(readers.get(0).file(), "changed while it was imported");
            }
        });
        return report.samples();
    }

    /**
     * Reads the samples into memory, without any topic.
     *
     * @throws IOException if a file has changed since it was checked
     */
    public CollectedSamples collect() throws IOException {
        SampleCollector collector = new SampleCollector();
        for (SampleReader reader : readers) {
            readAgain(reader, collector::put);
        }
        return collector.collect();
    }

    private static long readAgain(SampleReader reader, SampleReader.SampleSink<RuntimeException> sink)
            throws IOException {
        long[] count = new long[1];
        reader.read(
                (id, sample) -> {
                    count[0]++;
                    sink.accept(id, sample);
                },
                (file, place, reason) -> {});
        return count[0];
    }

    private static final class Tally {
        private final Set<String> ids = new HashSet<>();
        private final Set<String> writers = new HashSet<>();
        private final Map<String, Long> perCharacter = new TreeMap<>();
        private final List<String> faults = new ArrayList<>();
        private long samples;
        private long test;
        private long faulty;

        void count(String id, GlyphSample sample) {
            samples++;
            ids.add(id);
            if (sample.getWriter() != null) {
                writers.add(sample.getWriter());
            }
            perCharacter.merge(sample.getCharacter(), 1L, Long::sum);
            if (sample.getSplit() == Split.TEST) {
                test++;
            }
        }

        void fault(java.nio.file.Path file, String place, String reason) {
            faulty++;
            if (faults.size() < ImportReport.FAULTS_NAMED) {
                faults.add(file + ": " + place + ": " + reason);
            }
        }

        ImportReport report(List<ImportReport.FileReport> files) {
            return new ImportReport(
                    files, samples, ids.size(), samples - test, test, writers.size(), perCharacter, faulty, faults);
        }
    }
}
