package io.inkstream.modelserver;

import io.inkstream.modelserver.ModelServerSettings.Engine;
import io.inkstream.modelserver.ModelServerSettings.Precision;
import io.inkstream.modelserver.batching.BatchMeters;
import io.inkstream.modelserver.batching.BatchingConfig;
import io.inkstream.modelserver.predict.BatchedGlyphModel;
import io.inkstream.modelserver.predict.Nd4jPredictor;
import io.inkstream.modelserver.predict.OnnxPredictor;
import io.inkstream.modelserver.predict.OnnxProvider;
import io.inkstream.modelserver.predict.PredictionException;
import io.inkstream.modelserver.predict.ServerReader;
import io.inkstream.modelserver.repository.BundleJudge;
import io.inkstream.modelserver.repository.GateConfig;
import io.inkstream.modelserver.repository.MemoryBudget;
import io.inkstream.modelserver.repository.VerifyingBundleLoader;
import io.inkstream.schemas.settings.Settings;
import io.inkstream.schemas.settings.SettingsException;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/** Makes, as the settings say, what judges and loads the bundles of versions. */
final class ModelLoading {
    private ModelLoading() {}

    /** What stands between a bundle and READY. */
    static BundleJudge judge(Settings settings, ServerReader reader) {
        return new BundleJudge(
                predictors(
                        settings.get(ModelServerSettings.PREDICTOR),
                        settings.get(ModelServerSettings.PRECISION),
                        CpuFamily::hasVnni),
                reader,
                new GateConfig(settings),
                settings.get(ModelServerSettings.MAX_BUNDLE_BYTES),
                MemoryBudget.ofThisProcess(settings.get(ModelServerSettings.MAX_MODEL_MEMORY_BYTES)));
    }

    /** Makes models of bundles that pass. */
    static VerifyingBundleLoader loader(
            Settings settings, ServerReader reader, LongSupplier nanos, MeterRegistry metrics) {
        BatchingConfig batching;
        try {
            batching = new BatchingConfig(
                    settings.get(ModelServerSettings.MAX_BATCH_SIZE),
                    settings.get(ModelServerSettings.MAX_QUEUE_DELAY),
                    settings.get(ModelServerSettings.MAX_QUEUE_SIZE),
                    orCores(settings.get(ModelServerSettings.THREADS), 1));
        } catch (IllegalArgumentException e) {
            throw new SettingsException("inkstream.model.server.max.batch.size and its neighbours: " + e.getMessage());
        }
        BatchedGlyphModel.Meters meters =
                new BatchedGlyphModel.Meters(new BatchMeters(metrics, "glyph"), new BatchMeters(metrics, "reading"));
        return new VerifyingBundleLoader(
                judge(settings, reader), predictor -> new BatchedGlyphModel(predictor, batching, nanos, meters));
    }

    /** @param hasVnni whether the processor multiplies eight bits fast */
    static BundleJudge.PredictorFactory predictors(Engine engine, Precision precision, BooleanSupplier hasVnni) {
        if (precision == Precision.INT8 && engine != Engine.ONNXRUNTIME) {
            throw new SettingsException("inkstream.model.server.precision = 'int8' needs"
                    + " inkstream.model.server.predictor = 'onnxruntime'; other engines compute in float32");
        }
        boolean isInt8 = precision == Precision.INT8 || (precision == Precision.AUTO && hasVnni.getAsBoolean());
        return switch (engine) {
            case ONNXRUNTIME -> // one thread: batches run beside each other instead
                isInt8 ? bundle -> OnnxPredictor.openInt8(bundle, 1) : bundle -> OnnxPredictor.open(bundle, 1);
            case ONNXRUNTIME_CUDA -> {
                try {
                    OnnxProvider.CUDA.require();
                } catch (PredictionException e) {
                    throw new SettingsException(
                            "inkstream.model.server.predictor = 'onnxruntime-cuda' needs a build with -Pcuda, a graphics card,"
                                    + " and the libraries of CUDA 12.8 and cuDNN 9: " + e.getMessage());
                }
                yield bundle -> OnnxPredictor.open(bundle, OnnxProvider.CUDA, 1);
            }
            case ND4J -> {
                if (!isPresent("org.nd4j.linalg.factory.Nd4j")) {
                    throw new SettingsException(
                            "inkstream.model.server.predictor = 'nd4j' needs ND4J's jars on the class"
                                    + " path; the distribution keeps them in lib/nd4j");
                }
                yield Nd4jPredictor::open;
            }
        };
    }

    private static boolean isPresent(String className) {
        try {
            Class.forName(className, false, ModelLoading.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    /** A setting, or so many for each core where it is 0. */
    static int orCores(int value, int perCore) {
        return value > 0 ? value : perCore * Runtime.getRuntime().availableProcessors();
    }
}
