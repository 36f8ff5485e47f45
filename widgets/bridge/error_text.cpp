// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/bridge/error_text.h"

#include "widgets/bridge/text.h"

#include <QCoreApplication>

namespace trainyard::widgets {

namespace {

struct CodeWords
{
    ErrorCode code;
    const char* remedy;
};

constexpr const char* kContext = "errors";

constexpr CodeWords kWords[] = {
    {ErrorCode::NotFound, QT_TRANSLATE_NOOP("errors", "Check that it is still there.")},
    {ErrorCode::InvalidArgument, ""},
    {ErrorCode::InvalidFile, QT_TRANSLATE_NOOP("errors", "Correct the file and try again.")},
    {ErrorCode::CorruptFile, QT_TRANSLATE_NOOP("errors", "The file is damaged; use another copy of it.")},
    {ErrorCode::Unsupported,
     QT_TRANSLATE_NOOP("errors", "This version of Trainyard cannot read or do this.")},
    {ErrorCode::OutOfMemory, QT_TRANSLATE_NOOP("errors", "Close other programs or choose a smaller batch.")},
    {ErrorCode::NoSpace, QT_TRANSLATE_NOOP("errors", "Free some space on that disk and try again.")},
    {ErrorCode::DeviceUnavailable,
     QT_TRANSLATE_NOOP("errors", "Choose another device, or wait until it is free.")},
    {ErrorCode::NumericalFailure, QT_TRANSLATE_NOOP("errors", "A lower learning rate usually helps.")},
    {ErrorCode::IoError, QT_TRANSLATE_NOOP("errors", "Check the disk and your rights on the folder.")},
    {ErrorCode::Conflict,
     QT_TRANSLATE_NOOP("errors", "Somebody else changed it meanwhile; look at it again.")},
    {ErrorCode::Refused, ""},
    {ErrorCode::Cancelled, ""},
    {ErrorCode::Internal, QT_TRANSLATE_NOOP("errors", "This is a fault of Trainyard; please report it.")},
};

} // namespace

QString ErrorText::whole() const
{
    if (remedy.isEmpty())
        return sentence;
    const bool isEnded = sentence.endsWith(QLatin1Char('.')) || sentence.endsWith(QLatin1Char('!')) ||
                         sentence.endsWith(QLatin1Char('?'));
    return sentence + (isEnded ? QLatin1String(" ") : QLatin1String(". ")) + remedy;
}

ErrorText errorText(const Error& error)
{
    ErrorText text;
    text.sentence = shown(error.message);
    if (text.sentence.isEmpty())
        text.sentence = QString::fromUtf8(errorCodeName(error.code).data(),
                                          static_cast<qsizetype>(errorCodeName(error.code).size()));
    for (const CodeWords& words : kWords)
        if (words.code == error.code && *words.remedy != '\0')
            text.remedy = QCoreApplication::translate(kContext, words.remedy);
    const std::string_view name = errorCodeName(error.code);
    text.details = QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size())) +
                   QStringLiteral(": ") + shown(error.message);
    if (!error.context.empty())
        text.details += QLatin1Char('\n') + shown(error.context);
    return text;
}

} // namespace trainyard::widgets
