; The setup of a plugin for Windows. Words between two @ are the plugin's own.
Unicode true
Target amd64-unicode
SetCompressor /SOLID lzma
ManifestDPIAware true
ManifestSupportedOS all
AllowSkipFiles off
CRCCheck force

Name "@name@"
Caption "@name@ @version@"
BrandingText "@name@ @version@"
OutFile "@output@"

!define MULTIUSER_EXECUTIONLEVEL Highest
!define MULTIUSER_MUI
!define MULTIUSER_INSTALLMODE_COMMANDLINE
!define MULTIUSER_INSTALLMODE_DEFAULT_CURRENTUSER
!define MULTIUSER_USE_PROGRAMFILES64
!define MULTIUSER_INSTALLMODE_INSTDIR "@folder@"
!define MULTIUSER_INSTALLMODE_FUNCTION FindFolders
!define MULTIUSER_INSTALLMODE_UNFUNCTION un.FindFolders
@icon@
!include MultiUser.nsh
!include MUI2.nsh
!include FileFunc.nsh
!include LogicLib.nsh
!include WinVer.nsh

VIProductVersion "@version_numbers@"
VIAddVersionKey "ProductName" "@name@"
VIAddVersionKey "ProductVersion" "@version@"
VIAddVersionKey "FileDescription" "Setup of @name@"
VIAddVersionKey "FileVersion" "@version@"
VIAddVersionKey "CompanyName" "@publisher@"
VIAddVersionKey "LegalCopyright" "@publisher@"

!define UNINSTALL_KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\@identifier@"

; Where hosts look, for all users or for this one.
Var ClapFolder
Var Vst3Folder
Var ProgramFolder

!insertmacro MULTIUSER_PAGE_INSTALLMODE
!insertmacro MUI_PAGE_COMPONENTS
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"

!macro FindFolders
    ${If} $MultiUser.InstallMode == "AllUsers"
        StrCpy $ClapFolder "$COMMONFILES64\CLAP"
        StrCpy $Vst3Folder "$COMMONFILES64\VST3"
        StrCpy $ProgramFolder "$PROGRAMFILES64\@folder@"
    ${Else}
        StrCpy $ClapFolder "$LOCALAPPDATA\Programs\Common\CLAP"
        StrCpy $Vst3Folder "$LOCALAPPDATA\Programs\Common\VST3"
        StrCpy $ProgramFolder "$LOCALAPPDATA\Programs\@folder@"
    ${EndIf}
    StrCpy $INSTDIR $ProgramFolder
!macroend

Function FindFolders
    !insertmacro FindFolders
FunctionEnd

Function un.FindFolders
    !insertmacro FindFolders
FunctionEnd

; What every installation has: the licences, and what takes it away again.
Section "-common"
    SetOutPath "$INSTDIR"
@install_common@
    WriteUninstaller "$INSTDIR\uninstall.exe"
    WriteRegStr SHCTX "${UNINSTALL_KEY}" "DisplayName" "@name@"
    WriteRegStr SHCTX "${UNINSTALL_KEY}" "DisplayVersion" "@version@"
    WriteRegStr SHCTX "${UNINSTALL_KEY}" "Publisher" "@publisher@"
    WriteRegStr SHCTX "${UNINSTALL_KEY}" "DisplayIcon" "$INSTDIR\uninstall.exe"
    WriteRegStr SHCTX "${UNINSTALL_KEY}" "InstallLocation" "$INSTDIR"
    WriteRegStr SHCTX "${UNINSTALL_KEY}" "UninstallString" '"$INSTDIR\uninstall.exe" /$MultiUser.InstallMode'
    WriteRegStr SHCTX "${UNINSTALL_KEY}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /$MultiUser.InstallMode /S'
    WriteRegDWORD SHCTX "${UNINSTALL_KEY}" "EstimatedSize" @size_kb@
    WriteRegDWORD SHCTX "${UNINSTALL_KEY}" "NoModify" 1
    WriteRegDWORD SHCTX "${UNINSTALL_KEY}" "NoRepair" 1
SectionEnd

@sections@
Function .onInit
    ${IfNot} ${AtLeastWin10}
        MessageBox MB_OK|MB_ICONSTOP "@name@ needs Windows 10 or later." /SD IDOK
        SetErrorLevel 3
        Abort
    ${EndIf}
    !insertmacro MULTIUSER_INIT
    ; /FORMATS=clap,vst3 installs these alone.
    ${GetParameters} $0
    ClearErrors
    ${GetOptions} $0 "/FORMATS=" $1
    ${IfNot} ${Errors}
@choose@
    ${EndIf}
FunctionEnd

; $1 has the words that were chosen, $2 one that is looked for. $0 becomes 1 if it is among them.
Function IsChosen
    StrCpy $3 ",$1,"
    StrCpy $4 0
    StrLen $5 ",$2,"
    StrCpy $0 0
    ${Do}
        StrCpy $6 $3 $5 $4
        ${If} $6 == ",$2,"
            StrCpy $0 1
            ${Break}
        ${EndIf}
        IntOp $4 $4 + 1
    ${LoopUntil} $6 == ""
FunctionEnd

Function un.onInit
    !insertmacro MULTIUSER_UNINIT
FunctionEnd

; File by file: what somebody else has put there stays, and presets are elsewhere.
Section "Uninstall"
@uninstall@
    Delete "$INSTDIR\uninstall.exe"
    RMDir "$INSTDIR"
    ; These go if nothing is left in them.
    RMDir "$ClapFolder"
    RMDir "$Vst3Folder"
    ${If} $MultiUser.InstallMode == "CurrentUser"
        RMDir "$LOCALAPPDATA\Programs\Common"
        RMDir "$LOCALAPPDATA\Programs"
    ${EndIf}
    DeleteRegKey SHCTX "${UNINSTALL_KEY}"
SectionEnd
