// Gathers the development messages: `node gather.mjs UNPACKED OUT`; see the recipe in README.md.
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

const [unpacked, out] = process.argv.slice(2);
const CODES = new Set(
    ("ar bg bn cs de el en es fa fr he hi id it ja km ko lo mr ms my ne nl pl pt ro ru sr sv ta th tl tr uk ur vi " +
        "zh-Hans zh-Hant be ca da fi hu kk ky mk mn no af bs et eu gl hr is lt lv sk sl sq sr-Latn").split(" "),
);
const SPECIAL = {
    "zh-cn": "zh-Hans", "zh-hans": "zh-Hans", "zh-sg": "zh-Hans", "zh-tw": "zh-Hant", "zh-hk": "zh-Hant",
    "zh-hant": "zh-Hant", nb: "no", "nb-no": "no", fil: "tl", "sr@latin": "sr-Latn", "sr-latn": "sr-Latn",
    "sr-el": "sr-Latn", "sr-ec": "sr", sr: "sr", "sr-cyrl": "sr", "be@latin": undefined, "kk-arab": undefined, "kk-cn": undefined, "be-tarask": undefined,
};

/** Our code of a locale's name, if we know the language. */
function code(name) {
    const tag = name.toLowerCase().replaceAll("_", "-");
    if (tag in SPECIAL) return SPECIAL[tag];
    const primary = tag.replace(/-[a-z]{2,4}$|-\d{3}$/, "");
    return !primary.startsWith("zh") && CODES.has(primary) ? primary : undefined;
}

const found = new Map();

/** Keeps a text of a language from a source, unless it is the English that it stands for. */
function keep(source, language, text, english) {
    if (language === undefined || (language !== "en" && text === english)) return;
    for (const line of sentences(text)) {
        if (!isMessage(line, language)) continue;
        const of = found.get(source) ?? found.set(source, new Map()).get(source);
        (of.get(language) ?? of.set(language, new Set()).get(language)).add(line);
    }
}

/** Long texts in sentences, all without the marks of keys and menus. */
function sentences(text) {
    const plain = text.replace(/_(?=\p{L})/gu, "").replace(/\s*\([_&]\w\)/g, "").replace(/^&(?=\p{L})/u, "").trim();
    const lines = plain.split("\n").map((line) => line.trim());
    return lines.flatMap((line) => (line.length < 60 ? [line] : line.split(/(?<=[.!?…])\s+|(?<=[。！？])/u)))
        .map((line) => line.trim().replace(/[:…]+$|\.{3}$/u, ""));
}

const MARKUP = /[$%{}<>[\]|\\=_@#*~^/]|https?:|\d{3}|&\w|\s{2}|\p{Lu}{4}/u;
const LATIN = new Set(
    "cs de en es fr id it ms nl pl pt ro sv tl tr vi ca da fi hu no af bs et eu gl hr is lt lv sk sl sq sr-Latn".split(" "),
);

/** A person could have written it: letters of the language's script, no markup. */
function isMessage(line, language) {
    if (line.length < 2 || 220 < line.length || MARKUP.test(line)) return false;
    // Titles and lists are names more often than not.
    if (/^\p{Lu}\S*( \p{Lu}\S*)+$/u.test(line) || 3 < (line.match(/[,;、،]/g)?.length ?? 0)) return false;
    const letters = line.match(/\p{L}/gu)?.length ?? 0;
    const latin = line.match(/\p{Script=Latin}/gu)?.length ?? 0;
    return line.length * 0.6 < letters + line.split(" ").length && (LATIN.has(language) ? letters === latin : latin < letters / 3);
}

const files = (folder, pattern) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((it) => it.isFile() && pattern.test(it.name))
        .map((it) => join(it.parentPath, it.name));

/** The pairs of a compiled catalogue of gettext. */
function catalogue(file) {
    const bytes = readFileSync(file);
    const word = (at) => bytes.readUInt32LE(at);
    const text = (table, index) => {
        const at = word(table + 8 * index + 4);
        return bytes.toString("utf8", at, at + word(table + 8 * index));
    };
    return Array.from({ length: word(8) }, (_, index) => [text(word(12), index), text(word(16), index)]);
}

function gettext(source, folder, localeOf) {
    for (const file of files(folder, /\.mo$/)) {
        for (const [id, translated] of catalogue(file)) {
            if (id === "") continue;
            const english = id.split("\0")[0].replace(/^[\s\S]*\x04/, "").replace(/^[^^]*\^/, "");
            const language = code(localeOf(file));
            for (const form of translated.split("\0")) keep(source, language, form, english);
            if (language === "de") keep(source, "en", english, "");
        }
    }
}

function mediawiki(folder) {
    for (const file of files(folder, /^[a-z-]+\.json$/).filter((it) => it.includes("i18n"))) {
        const language = code(basename(file, ".json"));
        if (language === undefined) continue;
        let english = {};
        try { english = JSON.parse(readFileSync(join(dirname(file), "en.json"), "utf8")); } catch {}
        for (const [key, text] of Object.entries(JSON.parse(readFileSync(file, "utf8")))) {
            if (typeof text === "string") keep("mediawiki", language, text, english[key]);
        }
    }
}

/** Fluent and properties files of the language packs. */
function mozilla(folder) {
    const pairs = new Map();
    for (const pack of files(folder, /\.xpi$/)) {
        const locale = /langpack-(.*)@/.exec(pack)[1];
        const product = /thunderbird/.test(pack) ? "thunderbird" : "firefox";
        const text = execFileSync("unzip", ["-p", pack, "*.ftl", "*.properties"], { maxBuffer: 1 << 28 }).toString();
        let message = "";
        for (const line of text.split("\n")) {
            const match = /^(\s*\.?)([\w-]+)\s*=\s*(\S.*)$/.exec(line);
            if (!match || /key$/.test(match[2])) continue;
            message = match[1] === "" ? match[2] : message;
            pairs.set(`${product}\0${locale}\0${message}.${match[2]}`, match[3]);
        }
    }
    for (const [key, text] of pairs) {
        const [product, locale, message] = key.split("\0");
        keep(product, code(locale), text, pairs.get(`firefox\0en-GB\0${message}`));
    }
}

/** Spoken commands, each template written out in a few of its ways. */
function commands(folder) {
    for (const file of files(folder, /\.json$/).filter((it) => it.includes("/data/"))) {
        const language = code(basename(file, ".json"));
        const { intents, expansion_rules: rules = {}, lists = {} } = JSON.parse(readFileSync(file, "utf8"));
        if (language === undefined || !intents) continue;
        const templates = Object.values(intents).flatMap((it) => it.data.flatMap((data) => data.sentences));
        for (const [index, template] of templates.entries()) {
            for (let way = 0; way < 2; way++) keep("home-assistant", language, written(template, rules, lists, 7 * index + way), "");
        }
    }
}

/** One way to say a template; the number says which. A slot without a list makes it no message. */
function written(template, rules, lists, number) {
    let text = template;
    let turn = number;
    const next = (n) => ((turn = (Math.imul(turn, 1103515245) + 12345) >>> 0) >>> 8) % n;
    for (let step = 0; step < 400; step++) {
        const before = text;
        text = text.replace(/<([^<>]+)>/, (_, name) => (name in rules ? `(${rules[name]})` : "{}"));
        text = text.replace(/\{([^{}:]+)(:[^{}]*)?\}/, (_, name) => {
            const values = (lists[name]?.values ?? []).map((it) => (typeof it === "string" ? it : it.in)).filter((it) => typeof it === "string");
            return values.length ? `(${values[next(values.length)]})` : "{}";
        });
        text = text.replace(/\[([^[\]()]*)\]/, (_, inner) => (next(2) ? inner.split("|")[next(inner.split("|").length)] : ""));
        text = text.replace(/\(([^()[\]]*)\)/, (_, inner) => inner.split("|")[next(inner.split("|").length)]);
        if (text === before) break;
    }
    return text.replace(/\s+/g, " ").replace(/[;]/g, "").trim();
}

function emoji(folder) {
    const all = (it) => JSON.parse(readFileSync(it, "utf8")).annotations.annotations ?? {};
    const names = files(folder, /^annotations\.json$/);
    const english = all(names.find((it) => basename(dirname(it)) === "en"));
    for (const file of names) {
        const locale = basename(dirname(file));
        const language = code(locale === "zh" ? "zh-cn" : locale);
        for (const [sign, { tts, default: keywords = [] }] of Object.entries(all(file))) {
            const known = english[sign]?.default ?? [];
            if (tts) keep("emoji", language, tts[0], english[sign]?.tts?.[0]);
            for (const word of keywords) if (language === "en" || !known.includes(word)) keep("emoji", language, word, "");
        }
    }
}

/** Texts of one language, a line each. */
function plain(source, language, name) {
    const text = readFileSync(join(unpacked, "malay", name), "utf8");
    for (const line of text.split("\n")) keep(source, language, line, "");
}

/** Whole names of people, as they write them. */
async function names(folder) {
    const { allFakers } = await import(pathToFileURL(join(folder, "dist/index.js")));
    for (const [locale, faker] of Object.entries(allFakers)) {
        const language = code(locale);
        if (language === undefined) continue;
        faker.seed(1);
        for (let at = 0; at < 200; at++) {
            try {
                const of = found.get("names") ?? found.set("names", new Map()).get("names");
                const name = `${faker.person.firstName()} ${faker.person.lastName()}`;
                (of.get(language) ?? of.set(language, new Set()).get(language)).add(name);
            } catch { break; }
        }
    }
}

gettext("wesnoth", join(unpacked, "wesnoth"), (file) => /locale\/([^/]+)/.exec(file)[1]);
gettext("pidgin", join(unpacked, "pidgin"), (file) => /locale\/([^/]+)/.exec(file)[1]);
gettext("widelands", join(unpacked, "widelands"), (file) => /locale\/([^/]+)/.exec(file)[1]);
mediawiki(join(unpacked, "mediawiki"));
mozilla(join(unpacked, "mozilla"));
commands(join(unpacked, "home-assistant"));
emoji(join(unpacked, "emoji"));
await names(join(unpacked, "faker"));
plain("films", "ms", "films.txt");
plain("news-a", "ms", "ms-a.txt");
plain("news-a", "id", "id-a.txt");
plain("news-b", "ms", "ms-b.txt");
plain("news-b", "id", "id-b.txt");

// What two languages say alike tells neither, but Chinese in two kinds of characters is one here,
// and English stands untranslated in many catalogues.
rmSync(out, { recursive: true, force: true });
for (const [source, languages] of found) {
    const owners = new Map();
    for (const [language, texts] of languages) {
        for (const text of texts) {
            const key = text.toLowerCase();
            (owners.get(key) ?? owners.set(key, new Set()).get(key)).add(language.split("-")[0]);
        }
    }
    mkdirSync(join(out, source), { recursive: true });
    for (const [language, texts] of languages) {
        const own = [...texts].filter((text) => source === "names" || language === "en" || owners.get(text.toLowerCase()).size === 1);
        if (own.length) writeFileSync(join(out, source, `${language}.txt`), own.sort().join("\n") + "\n");
    }
}
