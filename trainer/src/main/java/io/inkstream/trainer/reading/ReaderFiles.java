package io.inkstream.trainer.reading;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.inkstream.schemas.CodeVersion;
import io.inkstream.trainer.checkpoint.WholeFile;
import io.inkstream.trainer.report.EventLog;
import io.inkstream.trainer.report.TrainingReport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.imageio.ImageIO;

/**
 * The files that the training of a reader leaves in its folder: {@code reader.onnx} with {@code reader.json}, which says
 * what its logits are, {@code card.json}, {@code mistakes.png} and {@code report.html}.
 *
 * @param folder of the training
 */
public record ReaderFiles(Path folder) {
    private static final ObjectMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    private static final String ALPHABET = "reader.json";

    public ReaderFiles {
        requireNonNull(folder, "folder");
    }

    /** The network. */
    public Path onnx() {
        return folder.resolve("reader.onnx");
    }

    /** The mistakes of which it is most sure, as a picture. */
    public Path mistakes() {
        return folder.resolve("mistakes.png");
    }

    /** The page that tells the training. */
    public Path report() {
        return folder.resolve("report.html");
    }

    /** Whether {@link #write} was done. */
    public boolean areThere() {
        return Files.exists(onnx()) && Files.exists(folder.resolve(ALPHABET));
    }

    /**
     * Writes all of them, the network last.
     *
     * @param digest of the samples as they were collected
     */
    public void write(TrainedReader trained, String digest) throws IOException {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(trained.mistakes(), "png", png);
        Map<String, Object> card = new LinkedHashMap<>(trained.figures());
        WholeFile.write(folder.resolve("card.json"), JSON.writeValueAsBytes(card));
        WholeFile.write(mistakes(), png.toByteArray());
        card.put(TrainingReport.MISTAKES, png.toByteArray());
        new TrainingReport(
                        "Reader of " + trained.classes().size() + " characters",
                        EventLog.read(folder.resolve(EventLog.FILE_NAME)),
                        card,
                        List.of(),
                        Map.of(
                                "network", trained.config().toString(),
                                "data", digest,
                                "code", CodeVersion.current()))
                .write(report());
        String source = String.format(
                Locale.ROOT,
                "%s on samples %s: %.4f of %d test glyphs read as labelled, %.4f with case merged",
                trained.config().architecture(trained.classes().size()),
                digest,
                trained.readings().accuracy(),
                trained.readings().of().size(),
                trained.readings().caseMergedAccuracy());
        WholeFile.write(
                folder.resolve(ALPHABET),
                JSON.writeValueAsBytes(new ReaderAlphabet(trained.classes().characters(), source)));
        WholeFile.write(onnx(), trained.onnx());
    }

    /**
     * Reads what lies beside a network.
     *
     * @param onnx such as {@link #onnx}
     * @throws IOException if there is none, or it cannot be read; the message names it
     */
    public static ReaderAlphabet alphabet(Path onnx) throws IOException {
        Path file = onnx.resolveSibling(ALPHABET);
        try {
            return JSON.readValue(Files.readAllBytes(file), ReaderAlphabet.class);
        } catch (NoSuchFileException e) {
            throw new IOException("there is no " + file + ", which says what the logits of " + onnx + " are", e);
        } catch (JsonProcessingException e) {
            throw new IOException(file + ": " + e.getOriginalMessage(), e);
        }
    }
}
