// The few words of the launcher, in every language. The build takes only this section of each file.

import { loader as ar } from "../../../locales/ar.json";
import { loader as en } from "../../../locales/en.json";
import { loader as uk } from "../../../locales/uk.json";
import { loader as vi } from "../../../locales/vi.json";
import { loader as zhHans } from "../../../locales/zh-Hans.json";
import { loader as zhHant } from "../../../locales/zh-Hant.json";

export type Texts = typeof en;

export const TEXTS: { [language: string]: Texts } = { ar, en, uk, vi, "zh-Hans": zhHans, "zh-Hant": zhHant };
